package inside

import "testing"

func TestNameAndState(t *testing.T) {
	for _, test := range []struct {
		stat, name string
		state      byte
	}{
		{"12 (sh) S 1 12", "sh", 'S'},
		{"12 (a) Z (b) c) Z 1 12", "a) Z (b) c", 'Z'},
		{"12 () R 1", "", 'R'},
		{"12 (sh)", "", 0},
		{"", "", 0},
		{")(", "", 0},
	} {
		if name, state := nameAndState([]byte(test.stat)); name != test.name || state != test.state {
			t.Errorf("%q: %q, %q", test.stat, name, state)
		}
	}
}
