package policyfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSystemFolders(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
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
	t.Chdir("/usr")
	if got := systemFolders(open + ":/usr/bin::.:bin:" + everybodys + ":/no/such:/bin"); got != "/usr/bin:/bin" {
		t.Errorf("got %q", got)
	}
	// A link of the user's leads to what the user likes, tomorrow.
	if got := systemFolders(link); got != "" {
		t.Errorf("by a link: %q", got)
	}
}
