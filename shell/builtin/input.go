package builtin

import (
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/eval"
)

// errEnd is the end of the input.
var errEnd = errors.New("end of input")

// An input gives the bytes of a descriptor one by one and takes nothing from it
// beyond them: commands that run later share the descriptor. Where the place in
// the file can be set back, or a read never goes beyond a line, it reads blocks.
type input struct {
	sh       *eval.Shell
	fd       int
	store    [256]byte // most lines fit; a longer one takes several reads
	buf      []byte
	ahead    []byte // of buf, not given yet
	seekable bool
	pending  []byte // the start of a character
}

func newInput(sh *eval.Shell, fd int, delim byte) *input {
	in := &input{sh: sh, fd: fd}
	in.buf = in.store[:1]
	real := sh.File(fd).Fd()
	if real < 0 {
		return in
	}
	var st unix.Stat_t
	switch {
	case unix.Fstat(real, &st) != nil:
	case st.Mode&unix.S_IFMT == unix.S_IFREG:
		in.seekable = true
		in.buf = in.store[:]
	case st.Mode&unix.S_IFMT == unix.S_IFCHR && delim == '\n':
		// In canonical mode a terminal gives one line at a time (termios(3)).
		if mode, err := unix.IoctlGetTermios(real, unix.TCGETS); err == nil && mode.Lflag&unix.ICANON != 0 {
			in.buf = in.store[:]
		}
	}
	return in
}

// next returns the next byte, or errEnd.
func (in *input) next(deadline time.Time) (byte, error) {
	if len(in.ahead) == 0 {
		n, err := in.sh.Read(in.fd, in.buf, deadline)
		if err == nil && n == 0 || errors.Is(err, io.EOF) {
			return 0, errEnd
		}
		if err != nil {
			return 0, err
		}
		in.ahead = in.buf[:n]
	}
	c := in.ahead[0]
	in.ahead = in.ahead[1:]
	return c, nil
}

// giveBack sets the file back to behind the last byte that next returned.
func (in *input) giveBack() {
	if in.seekable && len(in.ahead) > 0 {
		_, _ = unix.Seek(in.sh.File(in.fd).Fd(), -int64(len(in.ahead)), unix.SEEK_CUR)
		in.ahead = nil
	}
}

// inCharacter reports whether c leaves a character of several bytes unfinished.
func (in *input) inCharacter(c byte) bool {
	if c < utf8.RuneSelf {
		in.pending = in.pending[:0]
		return false
	}
	in.pending = append(in.pending, c)
	if utf8.FullRune(in.pending) {
		in.pending = in.pending[:0]
		return false
	}
	return true
}

// terminal turns a terminal's echo off, or its canonical mode, in which it gives
// only whole lines, and returns how to undo that.
func (in *input) terminal(silent, bytewise bool) (restore func()) {
	real := in.sh.File(in.fd).Fd()
	if !silent && !bytewise || !in.sh.IsTerminal(in.fd) {
		return func() {}
	}
	old, err := unix.IoctlGetTermios(real, unix.TCGETS)
	if err != nil {
		return func() {}
	}
	mode := *old
	if silent {
		mode.Lflag &^= unix.ECHO
	}
	if bytewise {
		mode.Lflag &^= unix.ICANON
		mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
		in.buf = in.buf[:1]
	}
	_ = unix.IoctlSetTermios(real, unix.TCSETSW, &mode)
	return func() { _ = unix.IoctlSetTermios(real, unix.TCSETSW, old) }
}
