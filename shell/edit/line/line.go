// Package line is the line editor of reeflective/readline. The library takes 0.4 ms
// to initialise, so only a program that is started for a terminal links it.
package line

import (
	"errors"
	"io"
	"os"

	"github.com/reeflective/readline"
	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/edit"
)

// New returns an editor on the process's terminal, whose Up key walks through h.
func New(h *edit.History) edit.Editor {
	rl := readline.NewShell()
	rl.History.Delete()
	rl.History.Add("history", source{h})
	l := &line{rl: rl}
	rl.Prompt.Primary(func() string { return l.prompt })
	rl.Prompt.Secondary(func() string { return "" })
	return l
}

type line struct {
	rl     *readline.Shell
	prompt string
}

func (l *line) ReadLine(prompt string) (string, error) {
	l.prompt = prompt
	if ahead := typedAhead(0); len(ahead) > 0 {
		l.rl.Keys.Feed(false, []rune(string(ahead))...)
	}
	text, err := l.rl.Readline()
	switch {
	case errors.Is(err, readline.ErrInterrupt):
		return "", edit.ErrInterrupted
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed), errors.Is(err, unix.EIO):
		return "", io.EOF // EIO: the terminal is gone
	}
	return text, err
}

// typedAhead takes what was typed before the prompt. The library would lose what
// arrives in one piece with the terminal's answer to its question for the cursor.
func typedAhead(fd int) []byte {
	modes, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil
	}
	raw := *modes
	raw.Lflag &^= unix.ICANON | unix.ECHO
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 0, 0
	if unix.IoctlSetTermios(fd, unix.TCSETS, &raw) != nil {
		return nil
	}
	defer func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, modes) }()
	var ahead []byte
	var buf [4096]byte
	for {
		n, err := unix.Read(fd, buf[:])
		if n <= 0 || err != nil {
			return ahead
		}
		ahead = append(ahead, buf[:n]...)
	}
}

// source shows a History to readline, which must not write to it: what is
// remembered are commands, and they may have several lines.
type source struct{ h *edit.History }

func (s source) Write(string) (int, error)     { return s.Len(), nil }
func (s source) GetLine(i int) (string, error) { return s.h.Entry(i), nil }
func (s source) Len() int                      { return s.h.Len() }
func (s source) Dump() interface{}             { return nil } // the library never asks
