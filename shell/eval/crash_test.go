package eval_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
)

// A fault of the evaluator ends the command, or the subshell, with one line.
func TestCrash(t *testing.T) {
	shell := testShell(t)
	for script, want := range map[string]string{
		"crash; echo no":                        "",
		"(crash; echo no); echo $?":             "70\n",
		"x=$(crash); echo $?":                   "70\n",
		"echo a | { read x; crash; }; echo $?":  "70\n",
		"crash | cat; echo $?":                  "0\n",
		"f() { local x; crash; }; (f); echo ok": "ok\n",
	} {
		ctx, cancel := context.WithTimeout(context.Background(), limit())
		cmd := exec.CommandContext(ctx, shell, "-c", script)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		cancel()
		if string(out) != want || want == "" && (err == nil || err.Error() != "exit status 70") {
			t.Errorf("%s: got %q, %v", script, out, err)
		}
		if text := stderr.String(); !strings.Contains(text, "please report") || strings.Count(text, "\n") != 1 {
			t.Errorf("%s: got the message %q, want one line", script, text)
		}
	}
}
