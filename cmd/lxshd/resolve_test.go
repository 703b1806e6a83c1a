package main

import (
	"slices"
	"testing"
)

func TestShareable(t *testing.T) {
	for dir, want := range map[string]bool{
		"/": false, "/etc": false, "/etc/ssl": false, "/usr/src/x": false, "/tmp": false, "relative": false, "": false, "/a/../etc": false,
		"/home/u": true, "/srv/data": true, "/tmp/build": true, "/work": true, "/etcetera": true,
	} {
		if got := isShareable(dir); got != want {
			t.Errorf("%q: %v", dir, got)
		}
	}
	if !isBelowAny("/home/u/x", []string{"/home/u"}) || isBelowAny("/home/user", []string{"/home/u"}) {
		t.Error("a folder below a shared one is shared, one beside it isn't")
	}
}

func TestPassed(t *testing.T) {
	got := passed([]string{"A", "C"}, []string{"A=1", "AB=2", "B=3", "C"})
	if !slices.Equal(got, []string{"A=1"}) {
		t.Errorf("got %q", got)
	}
}
