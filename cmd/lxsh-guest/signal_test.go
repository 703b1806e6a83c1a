package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// eventually waits for something that has no event of its own.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(limit(20 * time.Second)); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within the limit: %s", what)
		}
	}
}

// starts starts cmd and waits for the line "ready".
func starts(t *testing.T, cmd *exec.Cmd) *bufio.Reader {
	t.Helper()
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewReader(pipe)
	if line, err := out.ReadString('\n'); line != "ready\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	return out
}

// #1614, #3760, #3766, #7300: only SIGINT arrives, and kills hard.
func TestWSL1614EachSignalArrivesAsItself(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		for _, s := range []syscall.Signal{
			unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGABRT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGALRM, unix.SIGTERM,
			unix.SIGCONT, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU, unix.SIGWINCH, unix.SIGIO, unix.SIGPWR, 35, 64,
		} {
			cmd := h.guest(t, address, "probe", "catch", strconv.Itoa(int(s)))
			out := starts(t, cmd)
			cmd.Process.Signal(s)
			rest, err := io.ReadAll(out)
			if err := errors.Join(err, cmd.Wait()); string(rest) != fmt.Sprintln(int(s)) || err != nil {
				t.Errorf("%v: got %q, %v", s, rest, err)
			}
		}
	})
}

func TestDeathBySignal(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		for _, s := range []syscall.Signal{unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGKILL, unix.SIGUSR1, unix.SIGSEGV, unix.SIGPIPE, unix.SIGTERM, 40} {
			cmd := h.guest(t, address, "sh", "-c", fmt.Sprintf("kill -%d $$", s))
			cmd.Run()
			status := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if !status.Signaled() || status.Signal() != s || status.CoreDump() {
				t.Errorf("%v: got %v", s, cmd.ProcessState)
			}
		}
	})
}

// The whole group gets the signal, also a program that the program started.
func TestSignalReachesTheGroup(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		cmd := h.guest(t, address, "sh", "-c", `trap "echo parent" TERM; (trap "echo child; exit" TERM; echo ready; while :; do sleep 0.01; done) & wait; wait`)
		out := starts(t, cmd)
		cmd.Process.Signal(unix.SIGTERM)
		rest, err := io.ReadAll(out)
		if err != nil || !strings.Contains(string(rest), "child") || !strings.Contains(string(rest), "parent") {
			t.Errorf("got %q, %v", rest, err)
		}
		cmd.Wait()
	})
}

func state(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "gone"
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return rest[:1]
}

func TestStopAndContinue(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		for _, s := range []syscall.Signal{unix.SIGTSTP, unix.SIGSTOP, unix.SIGTTIN} {
			cmd := h.guest(t, address, "sh", "-c", fmt.Sprintf("echo ready; echo $$ >pid; kill -%d $$; echo went on", s))
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			out := starts(t, cmd)
			var status unix.WaitStatus
			if _, err := unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED, nil); err != nil || !status.Stopped() || status.StopSignal() != s {
				t.Fatalf("%v: got %#x, %v", s, status, err)
			}
			text, err := os.ReadFile(filepath.Join(h.dir, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
			if state(pid) != "T" {
				t.Errorf("%v: the program is in state %s", s, state(pid))
			}
			unix.Kill(cmd.Process.Pid, unix.SIGCONT)
			rest, _ := io.ReadAll(out)
			if err := cmd.Wait(); string(rest) != "went on\n" || err != nil {
				t.Errorf("%v: got %q, %v", s, rest, err)
			}
		}
	})
}

// The caller's death by any means hangs the program up.
func TestCallersDeathHangsUp(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		for name, program := range map[string]string{
			"running": `exec 2>/dev/null; trap "echo hup >hup; exit" HUP; echo ready; while :; do sleep 0.01; done`,
			"stopped": `exec 2>/dev/null; trap "echo hup >hup; exit" HUP; echo ready; kill -STOP $$; while :; do sleep 0.01; done`,
		} {
			os.Remove(filepath.Join(h.dir, "hup"))
			cmd := h.guest(t, address, "sh", "-c", program)
			starts(t, cmd)
			if name == "stopped" {
				var status unix.WaitStatus
				unix.Wait4(cmd.Process.Pid, &status, unix.WUNTRACED, nil)
			}
			cmd.Process.Kill()
			cmd.Wait()
			eventually(t, "the program gets SIGHUP", func() bool {
				_, err := os.Stat(filepath.Join(h.dir, "hup"))
				return err == nil
			})
		}
		eventually(t, "no program is left", func() bool { return h.server.Running() == 0 })
	})
}

// A program whose reader is gone learns it, as in "yes | head -1".
func TestBrokenPipe(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		if got := h.script(t, address, "host yes | head -1; yes | host head -1"); got != "y\ny\n" {
			t.Errorf("got %q", got)
		}
		eventually(t, "no program is left", func() bool { return h.server.Running() == 0 })
	})
}

// A program that leaves a child behind does not keep its caller waiting.
func TestBackgroundChildDoesNotHold(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		if got := h.script(t, address, "host sh -c 'sleep 60 & echo $! >child; echo out' >o; cat o; kill $(cat child)"); got != "out\n" {
			t.Errorf("got %q", got)
		}
	})
}
