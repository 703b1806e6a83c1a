package eval

import (
	"errors"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/fd"
)

// A redirect is one compiled redirection (POSIX XCU 2.7).
type redirect struct {
	op     syntax.RedirOperator
	n      int
	toName string // {name}>: the number goes to a variable
	word   *word
	body   *word // of a here-document
}

// An undo remembers what was behind a descriptor number.
type undo struct {
	n   int
	old *fd.File
}

func (c *compiler) redirects(rs []*syntax.Redirect) []redirect {
	out := make([]redirect, 0, len(rs))
	for _, r := range rs {
		d := redirect{op: r.Op, n: 1}
		switch r.Op {
		case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn, syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			d.n = 0
		}
		if r.N != nil {
			if n, err := strconv.Atoi(r.N.Value); err == nil {
				d.n = n
			} else {
				d.toName = strings.Trim(r.N.Value, "{}")
			}
		}
		inner := compiler{}
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc:
			d.body = c.heredoc(r)
		default:
			d.word = inner.word(r.Word, plainContext)
		}
		out = append(out, d)
	}
	return out
}

func (c *compiler) heredoc(r *syntax.Redirect) *word {
	if r.Hdoc == nil {
		return literalWord("")
	}
	if _, quoted := r.Word.Parts[0].(*syntax.SglQuoted); quoted && len(r.Word.Parts) == 1 {
		return literalWord(r.Hdoc.Lit())
	}
	return (&compiler{}).heredocWord(r.Hdoc)
}

// redirect applies redirections in order. It reports false after an error,
// which has been printed; what was done by then is in the returned undo list.
func (sh *Shell) redirect(rs []redirect) (done []undo, ok bool) {
	for i := range rs {
		r := &rs[i]
		if r.n > 9 && !sh.possible(r.n) {
			sh.Errorf("%d: bad file descriptor", r.n)
			return done, false
		}
		files, err := sh.openRedirect(r)
		if sh.flow != flowNone {
			return done, false
		}
		if err != nil {
			sh.Errorf("%v", err)
			return done, false
		}
		for _, f := range files {
			done = append(done, undo{f.n, sh.fds.Swap(f.n, f.old)})
		}
	}
	return done, true
}

// possible reports whether a process may have a descriptor with the number n.
func (sh *Shell) possible(n int) bool {
	const most = 1 << 20 // of Linux (sysctl fs.nr_open), and of a table here
	l, err := sh.Limit(unix.RLIMIT_NOFILE)
	return n < most && (err != nil || uint64(n) < l.Cur)
}

// undo puts back what a command's redirections replaced.
func (sh *Shell) undo(done []undo) {
	for i := len(done) - 1; i >= 0; i-- {
		sh.fds.Set(done[i].n, done[i].old)
	}
}

// keep makes a command's redirections last, as exec does.
func keep(done []undo) {
	for _, u := range done {
		if u.old != nil {
			u.old.Unref()
		}
	}
}

// openRedirect returns the files that a redirection puts behind numbers.
func (sh *Shell) openRedirect(r *redirect) ([]undo, error) {
	one := func(f plugins.File, err error) ([]undo, error) {
		if err != nil {
			return nil, err
		}
		n := r.n
		if r.toName != "" {
			n = sh.fds.Free(10)
			if err := sh.Set(r.toName, strconv.Itoa(n)); err != nil {
				_ = f.Close()
				return nil, err
			}
		}
		return []undo{{n, fd.New(f)}}, nil
	}
	switch r.op {
	case syntax.Hdoc, syntax.DashHdoc:
		text := r.body.text(sh)
		if sh.flow != flowNone {
			return nil, nil
		}
		return one(fd.Bytes(text))
	case syntax.WordHdoc:
		text := r.word.text(sh)
		if sh.flow != flowNone {
			return nil, nil
		}
		return one(fd.Bytes(text + "\n"))
	}
	name, err := sh.redirectWord(r.word)
	if err != nil || sh.flow != flowNone {
		return nil, err
	}
	switch r.op {
	case syntax.RdrIn:
		return one(sh.openNamed(name, syscall.O_RDONLY))
	case syntax.RdrInOut:
		return one(sh.openNamed(name, syscall.O_RDWR|syscall.O_CREAT))
	case syntax.RdrOut:
		if sh.Opt(Noclobber) {
			return one(sh.openNoClobber(name))
		}
		return one(sh.openNamed(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC))
	case syntax.RdrClob:
		return one(sh.openNamed(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC))
	case syntax.AppOut:
		return one(sh.openNamed(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_APPEND))
	case syntax.RdrAll, syntax.AppAll:
		return sh.openBoth(name, r.op == syntax.AppAll)
	case syntax.DplIn, syntax.DplOut:
		return sh.dup(r, name)
	}
	return nil, errors.New("unknown redirection")
}

// redirectWord expands the word of a redirection. Pathname expansion is done by
// interactive shells only, and only to one name (POSIX XCU 2.7).
func (sh *Shell) redirectWord(w *word) (string, error) { return w.text(sh), nil }

func (sh *Shell) openBoth(name string, appending bool) ([]undo, error) {
	flags := syscall.O_WRONLY | syscall.O_CREAT | syscall.O_TRUNC
	if appending {
		flags = syscall.O_WRONLY | syscall.O_CREAT | syscall.O_APPEND
	}
	f, err := sh.openNamed(name, flags)
	if err != nil {
		return nil, err
	}
	file := fd.New(f)
	return []undo{{1, file}, {2, file.Ref()}}, nil
}

// dup is n>&word and n<&word: another number, - to close, and beyond POSIX m-
// to move, and >&file.
func (sh *Shell) dup(r *redirect, name string) ([]undo, error) {
	n := r.n
	if r.toName != "" {
		if name == "-" {
			v, _ := sh.Get(r.toName)
			m, err := strconv.Atoi(v)
			if err != nil {
				return nil, errors.New(r.toName + ": not a file descriptor")
			}
			return []undo{{m, nil}}, nil
		}
		n = sh.fds.Free(10)
		if err := sh.Set(r.toName, strconv.Itoa(n)); err != nil {
			return nil, err
		}
	}
	if name == "-" {
		return []undo{{n, nil}}, nil
	}
	number, move := strings.CutSuffix(name, "-")
	m, err := strconv.Atoi(number)
	if err != nil || m < 0 {
		if r.op == syntax.DplOut && r.n == 1 && r.toName == "" && !sh.Opt(Posix) && name != "" {
			return sh.openBoth(name, false)
		}
		return nil, errors.New(name + ": bad file descriptor")
	}
	f := sh.fds.Get(m)
	if f == nil {
		return nil, errors.New(number + ": bad file descriptor")
	}
	if sh.Opt(Posix) && !usable(f, r.op == syntax.DplIn) {
		return nil, errors.New(number + ": descriptor is not open in this direction")
	}
	out := []undo{{n, f.Ref()}}
	if move && m != n {
		out = append(out, undo{m, nil})
	}
	return out, nil
}

// usable reports whether a file was opened for reading, or for writing.
func usable(f *fd.File, read bool) bool {
	if _, writable := f.File.(*captured); writable {
		return !read
	}
	flags, err := unix.FcntlInt(uintptr(f.Fd()), unix.F_GETFL, 0)
	if err != nil {
		return true
	}
	mode := flags & unix.O_ACCMODE
	return mode == unix.O_RDWR || flags&unix.O_PATH == 0 && read == (mode == unix.O_RDONLY)
}

// openNoClobber creates a file, and opens one that exists only when it is not a
// regular file (POSIX XCU 2.7.2).
func (sh *Shell) openNoClobber(name string) (plugins.File, error) {
	f, err := sh.openNamed(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL)
	if err == nil || !errors.Is(err, syscall.EEXIST) {
		return f, err
	}
	st, statErr := sh.FileSystem().Stat(sh.ctx(), sh.dir, name, true)
	if statErr != nil || st.Mode&syscall.S_IFMT == syscall.S_IFREG {
		return nil, &pathError{name, errors.New("cannot overwrite existing file")}
	}
	return sh.openNamed(name, syscall.O_WRONLY)
}

// A pathError is a failed operation on a file, told as the shell tells it.
type pathError struct {
	name string
	err  error
}

func (e *pathError) Error() string { return e.name + ": " + e.err.Error() }
func (e *pathError) Unwrap() error { return e.err }

func tidyPath(name string, err error) error {
	var no syscall.Errno
	if errors.As(err, &no) {
		return &pathError{name, no}
	}
	return err
}
