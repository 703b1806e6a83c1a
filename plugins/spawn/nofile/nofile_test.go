package nofile_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/plugins/spawn/nofile"
)

// The test is a package of its own: inside, nofile would import os through it
// and come after package syscall.
//
// The soft limit is lowered by a shell below the hard one, so that package
// syscall has something to raise.
func TestSoftLimitIsTheInheritedOne(t *testing.T) {
	if os.Getenv("NOFILE_CHILD") != "" {
		if nofile.Soft != 64 || nofile.Hard != 128 {
			t.Fatalf("soft %d, hard %d, want 64 and 128", nofile.Soft, nofile.Hard)
		}
		return
	}
	cmd := exec.Command("/bin/sh", "-c", `ulimit -Sn 64; ulimit -Hn 128; exec "$0" -test.run=TestSoftLimit -test.v`, os.Args[0])
	cmd.Env = append(os.Environ(), "NOFILE_CHILD=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS") {
		t.Fatalf("%v\n%s", err, out)
	}
}
