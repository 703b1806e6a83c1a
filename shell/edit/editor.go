package edit

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ErrInterrupted is a line that the user gave up by Ctrl-C.
var ErrInterrupted = errors.New("interrupted")

// An Editor reads one line.
type Editor interface {
	// ReadLine shows the prompt and returns the line without its newline. The
	// error is io.EOF when the user ends the input on an empty line, and
	// [ErrInterrupted].
	ReadLine(prompt string) (string, error)
}

// Capable reports whether the terminal behind standard input and output can do
// what the line editor needs.
func Capable(term string) bool {
	if term == "" || term == "dumb" {
		return false
	}
	for fd := range 2 {
		if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
			return false
		}
	}
	size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ)
	return err == nil && size.Col > 0
}
