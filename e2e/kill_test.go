package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins/control"
)

const killRounds = 20

// TestKilledInMidCommand kills one of the processes that take part in a running
// pipeline by SIGKILL. The pipeline ends by itself, or goes on where the victim
// is lxshd; nothing of it is left; and the next command works.
func TestKilledInMidCommand(t *testing.T) {
	for _, victim := range []struct {
		name   string
		pid    func(*testing.T, *user, *exec.Cmd) int
		goesOn bool
	}{
		{name: "plugin", pid: func(t *testing.T, u *user, _ *exec.Cmd) int { return u.status(t).Instances[0].Pid }},
		{name: "lxshd", pid: func(t *testing.T, u *user, _ *exec.Cmd) int { return u.status(t).Daemon.Pid }, goesOn: true},
		{name: "shell", pid: func(_ *testing.T, _ *user, lxsh *exec.Cmd) int { return lxsh.Process.Pid }},
	} {
		t.Run(victim.name, func(t *testing.T) {
			u := newUser(t)
			for round := range killRounds {
				u.killRound(t, round, victim.pid, victim.goesOn)
			}
		})
	}
}

func (u *user) killRound(t *testing.T, round int, pid func(*testing.T, *user, *exec.Cmd) int, goesOn bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), scaled(30*time.Second))
	defer cancel()
	lxsh := u.command(ctx, "-c", "while :; do echo y; sleep 0.01; done | cat")
	out, err := lxsh.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := lxsh.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatalf("round %d: the pipeline did not start: %v", round, err)
	}
	if err := syscall.Kill(pid(t, u, lxsh), syscall.SIGKILL); err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	if goesOn {
		for range 10 {
			if _, err := lines.ReadString('\n'); err != nil {
				t.Fatalf("round %d: the pipeline did not go on: %v", round, err)
			}
		}
		lxsh.Process.Signal(syscall.SIGTERM)
	}
	for err == nil {
		_, err = lines.ReadString('\n')
	}
	if err := lxsh.Wait(); err == nil {
		t.Errorf("round %d: the shell ended with success", round)
	}
	if ctx.Err() != nil {
		t.Fatalf("round %d: the pipeline did not end", round)
	}
	if got := u.must(t, "-c", "echo next"); got != "next\n" {
		t.Fatalf("round %d: the next command wrote %q", round, got)
	}
	if goesOn {
		// The instance outlived its lxshd, and ends with its last session; the
		// next round gets both anew.
		for strings.Contains(u.must(t, "--status", "--json"), "translator:base") {
			if ctx.Err() != nil {
				t.Fatalf("round %d: the instance outlived its lxshd and its last session", round)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// status is what lxsh --status --json prints.
func (u *user) status(t *testing.T) control.Report {
	t.Helper()
	var report control.Report
	text := u.must(t, "--status", "--json")
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if report.Daemon == nil || len(report.Instances) == 0 {
		t.Fatalf("nothing runs: %s", text)
	}
	return report
}

// TestTwentyShellsAtOnce starts shells when nothing runs: one lxshd wins.
func TestTwentyShellsAtOnce(t *testing.T) {
	u := newUser(t)
	u.must(t, "--shutdown")
	results := make(chan string, 20)
	for i := range cap(results) {
		go func() {
			out, err := u.run(t, "-c", fmt.Sprint("echo shell ", i, "; cat /etc/os-release >/dev/null"))
			if err != nil || out != fmt.Sprintln("shell", i) {
				results <- fmt.Sprintf("shell %d: %v: %s", i, err, out)
				return
			}
			results <- ""
		}()
	}
	var failures []string
	for range cap(results) {
		if f := <-results; f != "" {
			failures = append(failures, f)
		}
	}
	if len(failures) > 0 {
		t.Errorf("%s", strings.Join(failures, "\n"))
	}
	if report := u.status(t); len(report.Instances) != 1 {
		t.Errorf("%d instances run", len(report.Instances))
	}
}
