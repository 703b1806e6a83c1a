package main

import (
	"os"
	"path/filepath"
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

func TestSharedHome(t *testing.T) {
	t.Setenv("HOME", "/home/u/")
	if got := sharedHome([]string{"/srv", "/home/u"}); !slices.Equal(got, []string{"HOME=/home/u/"}) {
		t.Errorf("got %q", got)
	}
	if got := sharedHome([]string{"/home/u/work"}); got != nil {
		t.Errorf("a home that is not shared: got %q", got)
	}
}

func TestResolved(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(top+"/real", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", top+"/link"); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		"/": "/", "/no-such/folder": "/no-such/folder",
		top + "/link": top + "/real", top + "/link/new/lxsh": top + "/real/new/lxsh", top + "/none": top + "/none",
	} {
		if got := resolved(dir); got != want {
			t.Errorf("%s: got %s, want %s", dir, got, want)
		}
	}
}

// A folder that is reached through a link is hidden by both its names.
func TestHiddenBehindLink(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", top+"/link"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", top+"/link")
	list, err := hidden()
	if err != nil || !slices.Contains(list, top+"/lxsh") || !slices.Contains(list, top+"/link/lxsh") {
		t.Errorf("got %q, %v", list, err)
	}
}
