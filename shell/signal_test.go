package shell

import (
	"strings"
	"testing"
)

// TestSignalsAtStart checks what an interactive shell and others do about signals
// that were ignored when they were started, and about those that they send to
// themselves (POSIX XCU 2.11, trap). Test binaries have no symbol table, so that
// the Go runtime tells only of SIGHUP and SIGINT; see eval.ignoredAtStart.
func TestSignalsAtStart(t *testing.T) {
	tests := []struct{ ignored, flags, script, want string }{
		{"", "-i", "kill -s INT $$\necho ok", "0: ok"},
		{"", "-i", "trap '' INT; trap - INT\nkill -s INT $$\necho ok", "0: ok"},
		{"", "-i", "trap 'echo trapped' INT\nkill -s INT $$\necho ok", "0: trapped ok"},
		{"", "-i", "kill -s TERM $$; kill -s QUIT $$\necho ok", "0: ok"},
		{"", "-i", "trap '' HUP; trap - HUP\nkill -s HUP $$\necho no", "hangup: "},
		{"INT HUP", "-i", "trap 'echo trapped' INT\nkill -s INT $$\necho ok", "0: trapped ok"},
		{"INT HUP", "-i", "trap - HUP\nkill -s HUP $$\necho no", "hangup: "},
		{"HUP", "-i", "kill -s HUP $$\necho ok", "0: ok"},
		{"HUP", "-i", "(trap 'echo trapped' HUP; /bin/sh -c 'kill -s HUP $PPID'; echo ok)", "0: trapped ok"},
		{"HUP", "-i", "/bin/sh -c 'trap \"echo no\" HUP; kill -s HUP $$; echo ok'", "0: ok"},
		{"HUP", "-s", "trap 'echo no' HUP\nkill -s HUP $$\necho ok", "0: ok"},
		{"", "-im", "trap 'echo trapped' USR1\n/bin/sh -c 'kill -s USR1 $PPID'\necho ok", "0: trapped ok"},
	}
	for _, tt := range tests {
		cmd := lxsh(t, "sh", tt.flags)
		start := `trap '' ` + tt.ignored + `; exec "$0" "$@"`
		if tt.ignored == "" {
			start = `exec "$0" "$@"`
		}
		cmd.Args = append([]string{"sh", "-c", start, cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
		cmd.Env = append(cmd.Env, "PS1=")
		cmd.Stdin = strings.NewReader(tt.script + "\n")
		if got := strings.Join(strings.Fields(outcome(t, cmd)), " "); got != strings.TrimSpace(tt.want) {
			t.Errorf("%s ignored, sh %s, %q: got %q, want %q", tt.ignored, tt.flags, tt.script, got, tt.want)
		}
	}
}
