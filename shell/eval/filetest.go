package eval

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// FileTest is a unary file primary of test and [[ ]]: one of the letters
// abcdefghkprsuwxGLNOS, for -e and so on. What cannot be looked at is false.
func (sh *Shell) FileTest(op byte, name string) bool {
	if name == "" {
		return false
	}
	switch op {
	case 'r':
		return sh.access(name, 4)
	case 'w':
		return sh.access(name, 2)
	case 'x':
		return sh.access(name, 1)
	}
	st, err := sh.stat(name, op != 'h' && op != 'L')
	if err != nil {
		return false
	}
	switch kind := st.Mode & syscall.S_IFMT; op {
	case 'b':
		return kind == syscall.S_IFBLK
	case 'c':
		return kind == syscall.S_IFCHR
	case 'd':
		return kind == syscall.S_IFDIR
	case 'f':
		return kind == syscall.S_IFREG
	case 'h', 'L':
		return kind == syscall.S_IFLNK
	case 'p':
		return kind == syscall.S_IFIFO
	case 'S':
		return kind == syscall.S_IFSOCK
	case 'a', 'e':
		return true
	case 'g':
		return st.Mode&syscall.S_ISGID != 0
	case 'k':
		return st.Mode&syscall.S_ISVTX != 0
	case 'u':
		return st.Mode&syscall.S_ISUID != 0
	case 's':
		return st.Size > 0
	case 'G':
		return int(st.GID) == os.Getegid()
	case 'O':
		return int(st.UID) == os.Geteuid()
	case 'N':
		return st.Mtime > st.Atime
	}
	return false
}

// CompareFiles is -nt, -ot or -ef of test and [[ ]]. A file that does not exist
// is older than one that does.
func (sh *Shell) CompareFiles(op, a, b string) bool {
	x, errX := sh.stat(a, true)
	y, errY := sh.stat(b, true)
	switch op {
	case "-nt":
		return errX == nil && (errY != nil || x.Mtime > y.Mtime)
	case "-ot":
		return errY == nil && (errX != nil || x.Mtime < y.Mtime)
	}
	return errX == nil && errY == nil && x.Dev == y.Dev && x.Ino == y.Ino
}

// IsTerminal reports whether descriptor n is a terminal of this kernel (test -t).
func (sh *Shell) IsTerminal(n int) bool {
	f := sh.fds.Get(n)
	if f == nil || f.Fd() < 0 {
		return false
	}
	_, err := unix.IoctlGetTermios(f.Fd(), unix.TCGETS)
	return err == nil
}

// Started is when this shell was started.
func (sh *Shell) Started() time.Time { return sh.started }
