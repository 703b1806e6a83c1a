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
	_ = rl.Config.Set("cursor-position-probe", false)
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
	freshLine(1)
	stop, err := scrolling(os.Stdout)
	if err != nil {
		return "", err
	}
	text, err := l.rl.Readline()
	stop()
	switch {
	case errors.Is(err, readline.ErrInterrupt):
		return "", edit.ErrInterrupted
	case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed), errors.Is(err, unix.EIO):
		return "", io.EOF // EIO: the terminal is gone
	}
	return text, err
}

// source shows a History to readline, which must not write to it: what is
// remembered are commands, and they may have several lines.
type source struct{ h *edit.History }

func (s source) Write(string) (int, error)     { return s.Len(), nil }
func (s source) GetLine(i int) (string, error) { return s.h.Entry(i), nil }
func (s source) Len() int                      { return s.h.Len() }
func (s source) Dump() interface{}             { return nil } // the library never asks
