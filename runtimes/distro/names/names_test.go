package names

import (
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
	for text, want := range map[string]string{"base\n": "base", "base": "base", "": "", "../x\n": "", "a\nb\n": ""} {
		os.WriteFile(filepath.Join(dir, DefaultFile), []byte(text), 0o600)
		name, err := Default(dir)
		if name != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, name, err)
		}
	}
}
