package names

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"base": true, "Ubuntu-22.04": true, "a": true, "0": true, "a_b+c.d": true, strings.Repeat("x", 64): true,
		"": false, ".": false, "..": false, ".x": false, "-x": false, "a/b": false, "a:b": false, "a b": false,
		"ä": false, "a\n": false, "a\x00": false, strings.Repeat("x", 65): false,
	} {
		if err := Check(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestDefault(t *testing.T) {
	dir := t.TempDir()
	if name, err := Default(dir); name != "" || err != nil {
		t.Errorf("empty store: %q, %v", name, err)
	}
	for link, want := range map[string]string{"base": "base", "other": "other", "../x": "", "a\nb": ""} {
		if err := SetDefault(dir, link); err != nil {
			t.Fatal(err)
		}
		name, err := Default(dir)
		if name != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", link, name, err)
		}
	}
	os.Remove(filepath.Join(dir, Link))
	os.WriteFile(filepath.Join(dir, Link), nil, 0o600)
	if _, err := Default(dir); err == nil {
		t.Error("a file was taken for the link")
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	if err := Find(dir, "a"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "none is installed") {
		t.Errorf("empty store: %v", err)
	}
	os.Mkdir(filepath.Join(dir, "a"), 0o700)
	os.Mkdir(filepath.Join(dir, ".tmp-b"), 0o700)
	if err := Find(dir, "a"); err != nil {
		t.Error(err)
	}
	if err := Find(dir, "b"); err == nil || err.Error() != "b: no such distro (there are: a)" {
		t.Errorf("unknown: %v", err)
	}
	if err := Find(dir, "../a"); err == nil || errors.Is(err, ErrUnknown) {
		t.Errorf("no name: %v", err)
	}
}
