package inside

import (
	"slices"
	"testing"
)

func TestShares(t *testing.T) {
	for _, test := range []struct{ folders, want []string }{
		{[]string{"/home/me", "/home/me/src", "/home/me2"}, []string{"/home/me", "/home/me2"}},
		{[]string{"/", "/usr", "/etc/", "/proc/1", "/dev/shm", "/var"}, nil},
		{[]string{"/var/www", "/opt/x", "/tmp", "/srv/"}, []string{"/opt/x", "/srv", "/tmp", "/var/www"}},
		{[]string{"relative", ""}, nil},
		{[]string{"/a/../usr"}, nil},
		{[]string{"/a b", "/a"}, []string{"/a", "/a b"}},
	} {
		if got := shares(test.folders); !slices.Equal(got, test.want) {
			t.Errorf("%q: got %q, want %q", test.folders, got, test.want)
		}
	}
}

func TestAssignments(t *testing.T) {
	text := "PATH=\"/a:/b\"\n# C=1\nexport D='x y'\n\nE=\n=f\nG H=1\nI=\"odd\nLAST=1"
	want := []string{"PATH=/a:/b", "D=x y", "E=", "I=\"odd", "LAST=1"}
	if got := assignments(text); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLastWins(t *testing.T) {
	got := lastWins([]string{"A=1", "B=2", "A=3", "AB=4"})
	if want := []string{"A=3", "B=2", "AB=4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
