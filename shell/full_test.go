package shell

import (
	"strings"
	"testing"
)

// What needs lxsh-full. (A prompt does at a terminal, which tests need not have.)
func TestNeedsFull(t *testing.T) {
	manage := func(*Options) error { return nil }
	for args, want := range map[string]bool{
		"lxsh --list": true, "lxsh --shutdown": true, "lxsh --import a b": true,
		"lxsh --version": false, "lxsh --help": false, "lxsh file": false, "lxsh -c x": false, "lxsh -ic x": false,
		"lxsh --runtime local -- x": false,
	} {
		o, err := ParseArgs(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Program{}).needsFull(o); got != want {
			t.Errorf("%s: %v, want %v", args, got, want)
		}
		if (&Program{Manage: manage}).needsFull(o) {
			t.Errorf("%s: needed by a program that has all parts", args)
		}
	}
}
