package shell

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"golang.org/x/sys/unix"
)

// A screen is a terminal with the program on it.
type screen struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	ends chan error

	mu   sync.Mutex
	term vt10x.Terminal
	raw  bytes.Buffer
}

func newScreen(t *testing.T, cmd *exec.Cmd) *screen {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, tty: tty, cmd: cmd, ends: make(chan error, 1), term: vt10x.New(vt10x.WithSize(80, 24), vt10x.WithWriter(tty))}
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			s.mu.Lock()
			s.raw.Write(buf[:n])
			_, _ = s.term.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { s.ends <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		tty.Close()
		select {
		case <-read:
		case <-time.After(limit()):
			t.Error("something holds the terminal open")
		}
	})
	return s
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.term.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func (s *screen) send(text string) {
	s.t.Helper()
	if _, err := s.tty.Write([]byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// wait waits until the screen shows what is asked for.
func (s *screen) wait(what string, shown func(string) bool) {
	s.t.Helper()
	for end := time.Now().Add(limit()); !shown(s.String()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("no %s on the screen:\n%s", what, s.String())
		}
	}
}

func (s *screen) waitEnd(text string) {
	s.t.Helper()
	s.wait(text+" at the end", func(now string) bool { return strings.HasSuffix(now, text) })
}

func (s *screen) waitFor(text string) {
	s.t.Helper()
	s.wait(text, func(now string) bool { return strings.Contains(now, text) })
}

// line types a command and waits for the prompt behind it.
func (s *screen) line(text string) {
	s.t.Helper()
	prompts := s.prompts()
	s.send(text + "\r")
	s.wait("new prompt", func(now string) bool { return strings.HasSuffix(now, "\n$") && s.prompts() > prompts })
}

// prompts counts the lines with a prompt.
func (s *screen) prompts() (n int) {
	for line := range strings.Lines(s.String()) {
		if strings.HasPrefix(line, "$") {
			n++
		}
	}
	return n
}

// modes are the terminal's, without what differs from run to run.
func (s *screen) modes() unix.Termios {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *m
}

func prompt(t *testing.T, term string) *screen {
	t.Helper()
	cmd := lxsh(t, "lxsh")
	cmd.Env = append(cmd.Env, "PS1=$ ", "TERM="+term)
	cmd.Cancel = nil
	s := newScreen(t, cmd)
	s.waitEnd("$")
	return s
}

func TestPrompt(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		t.Run(term, func(t *testing.T) {
			s := prompt(t, term)
			s.line("echo one $((1+1))")
			s.waitFor("\none 2\n")
			s.line("for i in a b\rdo echo \"<$i>\"\rdone")
			s.waitFor("<a>\n<b>\n")
			s.send("echo unfinished")
			s.waitFor("echo unfinished")
			s.send("\x03")
			s.waitEnd("\n$")
			s.line("echo \"status $?\"")
			s.waitFor("\nstatus 130\n")
			s.send("exit 7\r")
			if <-s.ends; s.cmd.ProcessState.ExitCode() != 7 {
				t.Errorf("ended with %v, want 7", s.cmd.ProcessState)
			}
		})
	}
}

func TestJobsAtTheTerminal(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("sleep 1000; echo not here\r")
	s.waitFor("sleep 1000")
	s.runs("sleep")
	s.send("\x03")
	s.waitEnd("\n$")
	if strings.Contains(s.String(), "\nnot here") {
		t.Error("Ctrl-C ended a command and not the list")
	}
	s.send("sleep 1001\r")
	s.runs("sleep")
	s.send("\x1a")
	s.waitEnd("\n$")
	s.line("bg")
	s.line("jobs")
	s.waitFor("Running")
	s.send("fg\r")
	s.runs("sleep")
	s.send("\x03")
	s.waitEnd("\n$")
	s.line("jobs; echo \"none $?\"")
	s.waitFor("\nnone 0\n")
	s.send("sleep 1002 | cat\r")
	s.runs("cat", "sleep")
	s.send("\x1a")
	s.waitEnd("\n$")
	s.send("fg\r")
	s.runs("cat", "sleep")
	s.send("\x03")
	s.waitEnd("\n$")
	s.line("echo \"gone $?\"")
	s.waitFor("\ngone 130\n")
}

// A program that is killed leaves the terminal as it was before it.
func TestSaneTerminal(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("cat\r")
	s.runs("cat")
	before := s.modes()
	s.send("\x03")
	s.waitEnd("\n$")
	s.send("sh -c 'stty raw -echo; kill -9 $$'\r")
	s.wait("prompt after the crash", func(now string) bool { return strings.HasSuffix(now, "\n$") && strings.Count(now, "kill -9") == 1 })
	s.send("cat\r")
	s.runs("cat")
	if after := s.modes(); after != before {
		t.Errorf("modes are %+v, were %+v", after, before)
	}
	s.send("typed\r")
	s.waitFor("\ntyped\ntyped")
	s.send("\x04")
	s.waitEnd("\n$")
}

func TestStoppedJobsAtExit(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("sleep 1003\r")
	s.runs("sleep")
	s.send("\x1a")
	s.waitEnd("\n$")
	s.line("exit")
	s.waitFor("There are stopped jobs.")
	s.line("echo other")
	s.send("\x04")
	s.wait("second warning", func(now string) bool { return strings.Count(now, "There are stopped jobs.") == 2 })
	s.send("\x04")
	<-s.ends
	if s.cmd.ProcessState.ExitCode() != 0 {
		t.Errorf("ended with %v", s.cmd.ProcessState)
	}
}

// What is typed while a command runs is read by the next prompt.
func TestTypeAhead(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("sleep 0.3\recho ahead | tr a-z A-Z\r")
	s.waitFor("\nAHEAD\n")
}

// The shell ends when its terminal goes away.
func TestHangup(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("sleep 1004 &\r")
	s.waitFor("[1]")
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.ends:
	case <-time.After(limit()):
		t.Fatal("the shell goes on without a terminal")
	}
}

// runs waits until the foreground processes of the terminal are those named.
func (s *screen) runs(names ...string) {
	s.t.Helper()
	for end := time.Now().Add(limit()); ; time.Sleep(10 * time.Millisecond) {
		group, err := unix.IoctlGetInt(int(s.tty.Fd()), unix.TIOCGPGRP)
		if err == nil && group != s.cmd.Process.Pid {
			found := map[string]bool{}
			entries, _ := os.ReadDir("/proc")
			for _, e := range entries {
				stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
				if err != nil {
					continue
				}
				name, rest, _ := bytes.Cut(stat, []byte(") "))
				fields := bytes.Fields(rest)
				if _, name, ok := bytes.Cut(name, []byte("(")); ok && len(fields) > 2 && string(fields[2]) == strconv.Itoa(group) {
					found[string(name)] = true
				}
			}
			all := true
			for _, n := range names {
				all = all && found[n]
			}
			if all {
				return
			}
		}
		if time.Now().After(end) {
			s.t.Fatalf("%v do not run in the foreground:\n%s", names, s.String())
		}
	}
}
