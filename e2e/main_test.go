package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
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

// ordinaryID is a user and group of which the machine knows nothing.
const ordinaryID = 54321

// TestAsOrdinaryUser runs all other tests again without root's rights.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("this is an ordinary user")
	}
	// A folder that the user can reach, unlike this one and go test's.
	dir, err := os.MkdirTemp(stage, "user")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, step := range []error{
		os.Chmod(dir, 0o755),
		os.CopyFS(dir+"/testdata", os.DirFS("testdata")),
		copyFile("/proc/self/exe", dir+"/e2e.test"),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	args := []string{"-test.timeout=8m"}
	if testing.Verbose() {
		args = append(args, "-test.v")
	}
	cmd := exec.CommandContext(t.Context(), dir+"/e2e.test", args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: ordinaryID, Gid: ordinaryID}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
