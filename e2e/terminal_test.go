package e2e

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// A screen is a terminal with lxsh on it.
type screen struct {
	t    *testing.T
	ctx  context.Context
	tty  *os.File
	mu   sync.Mutex
	term vt10x.Terminal
}

// screen starts lxsh on a new terminal of 24 rows.
func (u *user) screen(t *testing.T, args ...string) *screen {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), scaled(60*time.Second))
	cmd := u.command(ctx, args...)
	cmd.Env = append(slices.Clone(u.env), "TERM=xterm", "ENV=", "PS1=> ")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	s := &screen{t: t, ctx: ctx, tty: tty, term: vt10x.New(vt10x.WithSize(80, 24), vt10x.WithWriter(tty))}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			s.mu.Lock()
			s.term.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		tty.Close()
		cancel()
		cmd.Wait()
		<-ended
	})
	return s
}

func (s *screen) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(s.term.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

func (s *screen) keys(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// wait waits for as many lines on the screen that are exactly line, or more.
func (s *screen) wait(line string, times int) {
	s.t.Helper()
	for {
		n := 0
		for _, l := range s.lines() {
			if l == line {
				n++
			}
		}
		if n >= times {
			return
		}
		select {
		case <-s.ctx.Done():
			s.t.Fatalf("%d times %q, want %d, on the screen\n%s", n, line, times, strings.Join(s.lines(), "\n"))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// prompt waits for the prompt to be the last on the screen.
func (s *screen) prompt() {
	s.t.Helper()
	for strings.TrimSpace(last(s.lines())) != ">" {
		select {
		case <-s.ctx.Done():
			s.t.Fatalf("no prompt on the screen\n%s", strings.Join(s.lines(), "\n"))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// last is the last line that is not empty.
func last(lines []string) string {
	for _, l := range slices.Backward(lines) {
		if l != "" {
			return l
		}
	}
	return ""
}

// The terminal is the kernel's own inside an instance: keys reach the job in the
// foreground, wherever its members run, and its modes are the shell's afterwards.
func TestTerminal(t *testing.T) {
	u := newUser(t)
	u.must(t, "-c", "echo something > /tmp/text")
	s := u.screen(t, "-i")
	s.keys("modes=$(stty -g)\n")
	for _, test := range []struct {
		name string
		do   func()
	}{
		{"end of file", func() {
			s.keys("echo r''eady; cat; echo st''atus $?\n")
			s.wait("ready", 1)
			s.keys("word\n")
			s.wait("word", 2)
			s.keys("\x04")
			s.wait("status 0", 1)
		}},
		{"interrupt", func() {
			s.keys("echo r''eady; cat\n")
			s.wait("ready", 1)
			s.keys("word\n")
			s.wait("word", 2)
			s.keys("\x03")
			s.prompt()
			s.keys("echo st''atus $?\n")
			s.wait("status 130", 1)
		}},
		{"stop and go on", func() {
			s.keys("echo r''eady; cat\n")
			s.wait("ready", 1)
			s.keys("word\n")
			s.wait("word", 2)
			s.keys("\x1a")
			s.prompt()
			s.keys("echo st''atus $?\n")
			s.wait("status 148", 1)
			s.keys("echo go''ing; fg; echo en''ded $?\n")
			s.wait("going", 1)
			s.keys("again\n")
			s.wait("again", 2)
			s.keys("\x04")
			s.wait("ended 0", 1)
		}},
		{"pipeline into the host", func() {
			s.keys("echo r''eady; tee /dev/tty | on host sleep 99\n")
			s.wait("ready", 1)
			s.keys("word\n")
			s.wait("word", 2)
			s.keys("\x03")
			s.prompt()
			s.keys("echo st''atus $?\n")
			s.wait("status 130", 1)
		}},
		{"editor", func() {
			s.keys("vi /tmp/text\n")
			s.wait("~", 22)
			s.keys("\x1a")
			s.prompt()
			s.keys("echo st''atus $?\n")
			s.wait("status 147", 1) // busybox stops itself by SIGSTOP
			s.keys("clear; fg\n")
			s.wait("~", 22)
			s.keys(":q\r")
			s.prompt()
		}},
		{"pager in a pipeline", func() {
			s.keys("seq 100 | less\n")
			s.wait("23", 1)
			s.keys("q")
			s.prompt()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if s.t = t; s.ctx.Err() != nil {
				t.Skip("an earlier case left the terminal in no state to go on")
			}
			s.keys("clear; echo ca''se " + test.name + "\n") // what is waited for below is new
			s.wait("case "+test.name, 1)
			test.do()
			s.keys("test \"$(stty -g)\" = \"$modes\" && echo s''ane\n")
			s.wait("sane", 1)
		})
	}
}

// A program on a terminal needs no shell that is interactive.
func TestTerminalOfOneCommand(t *testing.T) {
	u := newUser(t)
	u.must(t, "-c", "echo something > /tmp/text")
	s := u.screen(t, "-c", "vi /tmp/text; echo st''atus $?")
	s.wait("something", 1)
	s.mu.Lock()
	s.term.Resize(80, 30)
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 30, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	s.wait("~", 28)
	s.keys(":q\r")
	s.wait("status 0", 1)
}
