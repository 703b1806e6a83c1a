package eval_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testShell returns a path at which the test binary is a shell; see TestMain.
func testShell(t *testing.T) string { return testShellAs(t, "lxsh") }

func testShellAs(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// limit is how long a script may take.
func limit() time.Duration {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil {
		scale = 1
	}
	return time.Duration(float64(30*time.Second) * scale)
}

// run runs a shell with arguments and returns its standard output, with an
// environment that is the same everywhere. Scripts find the shell as $SH.
func run(t *testing.T, shell string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit())
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "SH=" + shell, "TMPDIR=" + t.TempDir(), "HOME=/"}
	out, err := cmd.Output()
	if ctx.Err() != nil {
		t.Fatalf("%s %q: not done after %v", shell, args, limit())
	}
	return string(out), err
}

// TestScripts runs the scripts of testdata. Their expected output was made by
// dash and bash where the two agree, and is that of one of them elsewhere.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	bash, posix := testShell(t), testShellAs(t, "sh")
	for _, script := range scripts {
		t.Run(strings.TrimPrefix(script, "testdata/"), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(script, "sh") + "out")
			if err != nil {
				t.Fatal(err)
			}
			shell := bash
			if strings.HasPrefix(script, "testdata/posix/") {
				shell = posix
			}
			got, _ := run(t, shell, script)
			if got == string(want) {
				return
			}
			g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
			for i := range max(len(g), len(w)) {
				if i >= len(g) || i >= len(w) || g[i] != w[i] {
					t.Fatalf("output differs from line %d on:\ngot  %q\nwant %q", i+1, g[min(i, len(g)):], w[min(i, len(w)):])
				}
			}
		})
	}
}

// TestEnds checks how a shell ends: by a status or by the signal itself.
func TestEnds(t *testing.T) {
	shell := testShell(t)
	for script, want := range map[string]string{
		"exit 300":                        "exit status 44",
		"kill -s TERM $$":                 "signal: terminated",
		"kill -s USR1 $$; echo no":        "signal: user defined signal 1",
		"kill -s PIPE $$; echo no":        "signal: broken pipe",
		"trap '' TERM; kill $$; exit 5":   "exit status 5",
		"trap 'exit 6' HUP; kill -HUP $$": "exit status 6",
		"nosuchcommand":                   "exit status 127",
		"/":                               "exit status 126",
		"f() { f; }; f":                   "exit status 2",
		"while :; do echo y; done | head -n 1 >/dev/null; exit 7": "exit status 7",
	} {
		out, err := run(t, shell, "-c", script)
		if err == nil || err.Error() != want || strings.Contains(out, "no") {
			t.Errorf("%s: got %v and %q, want %s", script, err, out, want)
		}
	}
}
