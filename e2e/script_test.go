package e2e

import (
	"errors"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: setUp,
		Cmds:  map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// setUp gives a script a user of its own; $USER_DIR holds its folders.
func setUp(env *testscript.Env) error {
	u, err := makeUser()
	if err != nil {
		return err
	}
	env.Vars = append(env.Vars, u.env...)
	env.Setenv("USER_DIR", u.dir)
	env.Defer(func() {
		if err := u.remove(); err != nil {
			env.T().Fatal(err)
		}
	})
	return nil
}

// status is the script command that holds an exit status.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || neg {
		ts.Fatalf("usage: status N PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode() // -1: ended by a signal
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
