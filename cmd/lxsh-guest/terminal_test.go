package main

import (
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// onTerminal runs a script on a terminal of its own and returns what appears
// there after the script has ended.
func onTerminal(t *testing.T, h *host, script string, typed func(w io.Writer)) string {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	cmd := h.shell(t, h.passing, script)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with EIO when the terminal is closed
		text <- string(all)
	}()
	typed(master)
	cmd.Wait()
	select {
	case s := <-text:
		return strings.ReplaceAll(s, "\r\n", "\n")
	case <-time.After(limit(20 * time.Second)):
		t.Fatal("the terminal is held open")
		return ""
	}
}

// #3160, #13173: one redirected stream takes the terminal from the others.
func TestWSL3160OneRedirectionLeavesTheTerminal(t *testing.T) {
	h := serve(t, allowAll)
	got := onTerminal(t, h, `host sh -c 'test -t 0 && test -t 1 && ! test -t 2 && echo both' 2>log; host sh -c 'test -t 2 && ! test -t 0 && echo err' </dev/null`, func(io.Writer) {})
	if got != "both\nerr\n" {
		t.Errorf("got %q", got)
	}
}

// #4079: what is typed ahead while a host program runs is lost.
func TestWSL4079TypeAheadIsKept(t *testing.T) {
	h := serve(t, allowAll)
	got := onTerminal(t, h, `stty -echo; echo go >go; host sh -c 'while ! test -e typed; do sleep 0.01; done'; read -r line; echo "got $line"`, func(w io.Writer) {
		eventually(t, "the script runs", func() bool { _, err := os.Stat(h.dir + "/go"); return err == nil })
		io.WriteString(w, "typed ahead\n")
		os.WriteFile(h.dir+"/typed", nil, 0o600)
	})
	if got != "got typed ahead\n" {
		t.Errorf("got %q", got)
	}
}

// Ctrl-C and Ctrl-Z at the terminal reach the program on the host.
func TestKeysOfTheTerminal(t *testing.T) {
	h := serve(t, allowAll)
	got := onTerminal(t, h, `stty -echo; host sh -c 'trap "echo int; exit 3" INT; echo ready >ready; while :; do sleep 0.01; done'; echo $?`, func(w io.Writer) {
		eventually(t, "the program runs", func() bool { _, err := os.Stat(h.dir + "/ready"); return err == nil })
		io.WriteString(w, "\x03")
	})
	if !strings.Contains(got, "int\n") {
		t.Errorf("Ctrl-C: got %q", got)
	}
	os.Remove(h.dir + "/ready")
	// The loop starts nothing: dash waits for a child of vfork(2) to exec, and
	// neither can go on when that child is stopped first.
	got = onTerminal(t, h, `stty -echo; set -m; host sh -c 'echo ready >ready; while ! test -e go-on; do :; done; echo done'; echo stopped >stopped; fg >/dev/null`, func(w io.Writer) {
		eventually(t, "the program runs", func() bool { _, err := os.Stat(h.dir + "/ready"); return err == nil })
		io.WriteString(w, "\x1a")
		eventually(t, "the job is stopped", func() bool { _, err := os.Stat(h.dir + "/stopped"); return err == nil })
		os.WriteFile(h.dir+"/go-on", nil, 0o600)
	})
	if !strings.Contains(got, "done\n") {
		t.Errorf("Ctrl-Z: got %q", got)
	}
}
