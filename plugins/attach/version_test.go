package attach

import "testing"

func TestNewer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"0.2", "0.1", true}, {"0.1", "0.2", false}, {"0.10", "0.9", true}, {"1.0", "1", false}, {"1.0.1", "1.0", true},
		{"v1.1", "1.0", true}, {"1.0", "1.0", false}, {"unknown", "1.0", false}, {"1.0", "unknown", false}, {"", "", false},
		{"58342d1", "0.1", false}, {"0.2", "4878612", false},
	} {
		if got := newer(c.a, c.b); got != c.want {
			t.Errorf("newer(%q, %q) = %v", c.a, c.b, got)
		}
	}
}
