package shell

import (
	"strings"
	"testing"
	"time"
)

// Nothing that is typed is lost, however it falls between commands and prompts.
func TestNothingTypedIsLost(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		t.Run(term, func(t *testing.T) {
			s := prompt(t, term)
			for range 20 {
				s.send("n=$((n+1)); sleep 0.01\r")
				time.Sleep(7 * time.Millisecond)
				s.send("n=$((n+1))\rn=$((n+")
				s.send("1))\r")
			}
			s.send("echo n is $n\r")
			s.wait("n is 60", func(now string) bool {
				return strings.Contains(strings.ReplaceAll(now, "\n", " "), "is 60 $")
			})
		})
	}
}

// A prompt begins in the first column, and is seen on the last row.
func TestPromptOnTheScreen(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.send("printf partial\r")
	s.waitEnd("\npartial%\n$")
	s.send("seq 50\r")
	s.waitEnd("\n49\n50\n$")
	long := "echo " + strings.Repeat("0123456789", 15)
	s.send(long)
	s.waitEnd("\n50\n$ " + long[:78] + "\n" + long[78:])
	s.send("\x01\x0becho short")
	s.waitEnd("\n50\n$ echo short")
	s.send("\r")
	s.waitEnd("\nshort\n$")
	s.send("\x1b[A\x1b[A")
	s.waitEnd("\n$ seq 50")
	s.send("\x03")
	s.waitEnd("\n$")
}

// fc works on what was typed.
func TestFc(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.line("echo one two")
	s.line("fc -s two=three")
	s.waitFor("\none three\n")
	s.line("fc -l")
	s.waitFor("\n1       echo one two\n2       echo one three\n3       fc -l\n")
}

// A command that cannot be started leaves the terminal with the shell.
func TestNotFoundAtTheTerminal(t *testing.T) {
	s := prompt(t, "xterm-256color")
	s.line("nosuch-command")
	s.line("/etc/passwd")
	s.line("nosuch-command | nosuch-command")
	s.line("echo \"status $?\"")
	s.waitFor("\nstatus 127\n")
}
