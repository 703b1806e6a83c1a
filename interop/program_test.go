package interop

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lxsh/lxsh/plugins"
)

func TestLocate(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"a/plain": 0o644, "b/plain": 0o755, "a/only": 0o644, "here": 0o755} {
		os.Mkdir(filepath.Join(dir, filepath.Dir(name)), 0o755)
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "a/folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := dir + "/a:" + dir + "/b"
	for _, c := range []struct {
		name, path, want string
		err              error
	}{
		{"plain", path, "b/plain", nil}, // the search goes on behind what may not be executed
		{"only", path, "", plugins.ErrNotExecutable},
		{"folder", path, "", plugins.ErrNotExecutable},
		{"nothing", path, "", plugins.ErrNotFound},
		{"", path, "", plugins.ErrNotFound},
		{"here", path + ":", "here", nil}, // an empty element is the working directory
		{"here", path, "", plugins.ErrNotFound},
		{"./here", "", "./here", nil},
		{"a/only", "", "", plugins.ErrNotExecutable},
		{"a/none", "", "", plugins.ErrNotFound},
		{"here/x", "", "", plugins.ErrNotFound},
	} {
		got, err := Locate(c.name, c.path, dir)
		if !errors.Is(err, c.err) || err == nil && got.Found != dir+"/"+c.want {
			t.Errorf("%s in %s: got %+v, %v", c.name, c.path, got, err)
		}
	}
}

// A folder that may not be searched has no programs: dash, bash, mksh and yash say
// 127 as well.
func TestLocateUnsearchable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may search every folder")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Locate("x", dir+"/closed", "/"); !errors.Is(err, plugins.ErrNotFound) {
		t.Errorf("searched: got %v, want not found", err)
	}
	if _, err := Locate(dir+"/closed/x", "", "/"); !errors.Is(err, plugins.ErrNotExecutable) {
		t.Errorf("by path: got %v, want not executable", err)
	}
}
