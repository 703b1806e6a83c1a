package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// stageVariable is the folder of the built programs, for a test process that was
// started by another one.
const stageVariable = "LXSH_E2E_STAGE"

// stage is the folder that holds bin/ and share/, laid out as make does.
var stage string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if stage = os.Getenv(stageVariable); stage != "" {
		return m.Run()
	}
	var err error
	if stage, err = os.MkdirTemp("", "lxe2e"); err == nil {
		defer os.RemoveAll(stage)
		err = build()
	}
	if err == nil {
		err = os.Setenv(stageVariable, stage) // for cases that start this program again
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot build what is tested:", err)
		return 1
	}
	return m.Run()
}

// build makes the programs and the distro base.
func build() error {
	if err := os.Chmod(stage, 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(stage+"/share/lxsh", 0o755); err != nil {
		return err
	}
	for _, argv := range [][]string{
		{"go", "build", "-buildvcs=false", "-trimpath", "-o", stage + "/bin/", "./cmd/..."},
		{"go", "build", "-buildvcs=false", "-o", stage + "/locker", "./e2e/locker"},
		{"go", "run", "-buildvcs=false", "./runtimes/distro/base", "-shell", stage + "/bin/lxsh", "-license", "LICENSE",
			"-o", stage + "/share/lxsh/base.tar.gz"},
	} {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
		}
	}
	return nil
}
