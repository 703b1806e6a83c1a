package policyfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSystemFolders(t *testing.T) {
	home := t.TempDir()
	open, link := filepath.Join(home, "bin"), filepath.Join(home, "link")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/usr/bin", link); err != nil {
		t.Fatal(err)
	}
	everybodys := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(everybodys, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(everybodys, 0o777); err != nil {
		t.Fatal(err)
	}
	bin, err := filepath.EvalSymlinks("/usr/bin")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("/usr")
	if got := systemFolders(open + ":/usr/bin::.:bin:" + everybodys + ":/no/such:" + bin); got != bin+":"+bin {
		t.Errorf("got %q", got)
	}
	// A link counts as what it leads to now.
	if got := systemFolders(link); got != bin {
		t.Errorf("by a link: %q", got)
	}
}
