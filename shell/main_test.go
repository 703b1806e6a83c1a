package shell

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/edit/line"
	"github.com/lxsh/lxsh/shell/route"
)

// The test binary is the program as well, with nothing but local in it.
func TestMain(m *testing.M) {
	p := &Program{Env: os.Environ(), Places: nowhere{}, Builtins: builtin.All(), Editor: line.New,
		Manage: func(*Options) error { return errors.New("nothing to manage") }}
	if status, resumed := p.Resume(); resumed {
		os.Exit(status)
	}
	if name := os.Getenv("LXSH_TEST_NAME"); name != "" {
		os.Exit(p.Main(append([]string{name}, os.Args[1:]...)))
	}
	os.Exit(m.Run())
}

// nowhere has no distro.
type nowhere struct{}

func (nowhere) Default(runtime, distro string) (string, string, error) {
	if runtime == "" && distro == "" {
		return "local", "", nil
	}
	return "", "", errors.New("unknown runtime " + runtime + " (known: local)")
}

func (n nowhere) Check(runtime, distro string) error {
	_, _, err := n.Default(runtime, distro)
	return err
}

func (nowhere) Open(context.Context, string, string) (plugins.Instance, error) {
	return nil, errors.New("no plugin")
}

func (nowhere) Host(context.Context) (route.Host, error) { return nil, errors.New("no interop") }

// limit is how long a test waits for what should happen at once.
func limit() time.Duration {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil || scale <= 0 {
		scale = 1
	}
	return time.Duration(20 * scale * float64(time.Second))
}

// lxsh prepares a run of the program under the name $0.
func lxsh(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit())
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"LXSH_TEST_NAME=" + name, "HOME=" + cmd.Dir, "PATH=/usr/bin:/bin", "TERM=xterm"}
	return cmd
}

// outcome runs the command and returns "status: output", errors included.
func outcome(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	status := strconv.Itoa(cmd.ProcessState.ExitCode())
	if ws := cmd.ProcessState.Sys().(syscall.WaitStatus); ws.Signaled() {
		status = ws.Signal().String()
	}
	return status + ": " + strings.TrimRight(out.String(), "\n")
}
