package eval

import (
	"bytes"
	"sync"
	"syscall"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/fd"
)

// substitution compiles $(…) (POSIX XCU 2.6.3).
func (c *compiler) substitution(x *syntax.CmdSubst, quoted bool) part {
	inner := c.fresh()
	body := inner.substituted(x.Stmts)
	file, isFile := inputOnly(x.Stmts, inner)
	process := needsProcess(x.Stmts)
	stmts := x.Stmts
	return func(sh *Shell, out *expand.Sink) {
		if sh.flow != flowNone {
			return
		}
		var text string
		switch {
		case isFile:
			text = sh.substituteFile(file)
		case process:
			text = sh.capture(func(sub *Shell) int { return sub.foregroundProcess(sub.aliased(stmts)) })
		default:
			text = sh.capture(body)
		}
		sh.substRan = true
		emit(out, text, quoted)
	}
}

// inputOnly recognises $(<file).
func inputOnly(stmts []*syntax.Stmt, c *compiler) (*word, bool) {
	if len(stmts) != 1 || stmts[0].Cmd != nil || len(stmts[0].Redirs) != 1 || stmts[0].Negated || stmts[0].Background {
		return nil, false
	}
	r := stmts[0].Redirs[0]
	if r.Op != syntax.RdrIn || r.N != nil {
		return nil, false
	}
	return c.word(r.Word, plainContext), true
}

func (sh *Shell) substituteFile(w *word) string {
	name := w.text(sh)
	text, err := sh.ReadFile(name)
	if err != nil {
		sh.Errorf("%v", tidyPath(name, err))
		sh.status = 1
		return ""
	}
	sh.status = 0
	return trimOutput([]byte(text))
}

// capture runs a body in a subshell and returns what it writes.
func (sh *Shell) capture(body node) string {
	sub := sh.subshell()
	if !sh.Opt(InheritErrexit) && !sh.Opt(Posix) {
		sub.quiet = sh.quiet
	}
	c := &captured{r: -1}
	sub.fds.Set(1, fd.New(c))
	sh.status = sub.runSubshell(body)
	return trimOutput(c.finish())
}

// trimOutput removes NUL bytes, which no variable can hold, and the newlines at
// the end.
func trimOutput(b []byte) string {
	if bytes.IndexByte(b, 0) >= 0 {
		b = bytes.ReplaceAll(b, []byte{0}, nil)
	}
	for len(b) > 0 && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// captured is the output of a command substitution. Builtins write to memory;
// the first process that needs a real descriptor turns it into a pipe, and then
// a goroutine reads until all writers are gone, as POSIX asks for.
type captured struct {
	mu   sync.Mutex
	buf  []byte
	r, w fd.OS
	done chan struct{}
}

func (c *captured) Read([]byte) (int, error) { return 0, syscall.EBADF }

func (c *captured) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.done == nil {
		c.buf = append(c.buf, p...)
		c.mu.Unlock()
		return len(p), nil
	}
	c.mu.Unlock()
	return c.w.Write(p)
}

// Fd makes the pipe. -1 says that there can be none.
func (c *captured) Fd() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done != nil {
		return c.w.Fd()
	}
	r, w, err := fd.Pipe()
	if err != nil {
		return -1
	}
	c.r, c.w, c.done = r, w, make(chan struct{})
	go c.collect()
	return c.w.Fd()
}

func (c *captured) collect() {
	defer close(c.done)
	buf := make([]byte, 64<<10)
	for {
		n, err := c.r.Read(buf)
		if n <= 0 || err != nil {
			_ = c.r.Close()
			return
		}
		c.buf = append(c.buf, buf[:n]...) // builtins write to the pipe by now
	}
}

// Close is called when the last subshell has let go of the file.
func (c *captured) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		return nil
	}
	return c.w.Close()
}

// finish waits until nobody writes any more and returns everything.
func (c *captured) finish() []byte {
	c.mu.Lock()
	done := c.done
	c.mu.Unlock()
	if done != nil {
		<-done
	}
	return c.buf
}
