package builtin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/parse"
)

// here is the world of the tests: this machine.
type here struct{ local.Instance }

func (here) Name() string                     { return "local" }
func (h here) FileSystem() plugins.FileSystem { return h.Instance }

// TestMain makes the test binary a shell when it is called sh (strict) or lxsh:
// sh -c TEXT [NAME ARG…].
func TestMain(m *testing.M) {
	open := func(c *eval.Config, _ string) error {
		c.World, c.Builtins = here{}, builtin.All()
		return nil
	}
	if status, resumed := eval.Resume(open); resumed {
		os.Exit(status)
	}
	if name := filepath.Base(os.Args[0]); name == "sh" || name == "lxsh" {
		c := eval.Config{Name: name, Env: os.Environ(), World: here{}, Builtins: builtin.All(), Posix: name == "sh"}
		if len(os.Args) > 3 {
			c.Name, c.Params = os.Args[3], os.Args[4:]
		}
		sh := eval.New(c)
		os.Exit(sh.Run(parse.New(parse.String(os.Args[2]), sh.ParseOptions(c.Name, 1)), nil))
	}
	os.Exit(m.Run())
}

// A scriptCase is a script and what it prints on standard output. It runs in an
// empty folder, with the descriptors of a test. The installed shells must print
// the same, save for those named in not.
type scriptCase struct{ script, want, not string }

// run runs the cases as name ("sh", strict, or "lxsh"), and with the peers.
func run(t *testing.T, name string, cases []scriptCase, peers ...[]string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if got := output(t, c.script, self, name); got != c.want {
			t.Errorf("%s: %s\n got %q\nwant %q", name, c.script, got, c.want)
		}
		for _, peer := range peers {
			path, err := exec.LookPath(peer[0])
			if err != nil || strings.Contains(c.not, peer[0]) {
				continue
			}
			if got := output(t, c.script, path, peer...); got != c.want {
				t.Errorf("%s: %s\n got %q\nwant %q", peer[0], c.script, got, c.want)
			}
		}
	}
}

// strict are the peers for what POSIX says, loose those for bash's own.
var (
	strict = [][]string{{"dash"}, {"bash", "--posix"}}
	loose  = [][]string{{"bash"}}
)

func output(t *testing.T, script, path string, argv ...string) string {
	t.Helper()
	cmd := exec.Command(path)
	cmd.Args = append(argv[:len(argv):len(argv)], "-c", script, "name", "one", "two")
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + cmd.Dir, "LC_ALL=C.UTF-8", "TZ=UTC0", "PWD=" + cmd.Dir}
	out, err := cmd.Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatal(err)
	}
	return string(out)
}
