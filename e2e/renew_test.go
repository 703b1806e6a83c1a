package e2e

import (
	"bufio"
	"context"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPluginDiesBetweenCommands kills the plugin under a shell that goes on: the
// next file or command finds the instance anew, from the same working directory.
func TestPluginDiesBetweenCommands(t *testing.T) {
	for _, test := range []struct{ name, next, want string }{
		{"command", "/bin/pwd", "/usr\n"},
		{"file", "echo *", "bin lib local sbin share\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := newUser(t)
			ctx, cancel := context.WithTimeout(t.Context(), scaled(30*time.Second))
			defer cancel()
			lxsh := u.command(ctx, "-c", "cd /usr; /bin/pwd; read go; "+test.next)
			var said strings.Builder
			lxsh.Stderr = &said
			in, err := lxsh.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := lxsh.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := lxsh.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			if _, err := lines.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(u.status(t).Instances[0].Pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			for strings.Contains(u.must(t, "--status", "--json"), "translator:base") {
				if ctx.Err() != nil {
					t.Fatal("the instance outlived its plugin")
				}
				time.Sleep(10 * time.Millisecond)
			}
			io.WriteString(in, "\n")
			rest, _ := io.ReadAll(lines)
			if err := lxsh.Wait(); err != nil || string(rest) != test.want {
				t.Errorf("%v: got %q, want %q", err, rest, test.want)
			}
			if want := "lxsh: translator:base ended and was started again\n"; said.String() != want {
				t.Errorf("it said %q, want %q", said.String(), want)
			}
		})
	}
}
