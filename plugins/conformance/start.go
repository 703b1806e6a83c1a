package conformance

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

const (
	shell      = "/bin/sh"
	searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// fd is a descriptor of this process as a plugins.File.
type fd int

var _ plugins.File = fd(0)

func (f fd) Fd() int                     { return int(f) }
func (f fd) Read(p []byte) (int, error)  { return end(syscall.Read(int(f), p)) }
func (f fd) Write(p []byte) (int, error) { return syscall.Write(int(f), p) }
func (f fd) Close() error                { return syscall.Close(int(f)) }

// end turns read(2)'s end of file into io.EOF.
func end(n int, err error) (int, error) {
	if n == 0 && err == nil {
		return 0, io.EOF
	}
	return max(n, 0), err
}

// open opens a file of the host for as long as the case lasts.
func (c *C) open(path string, flags int) fd {
	n, err := syscall.Open(path, flags|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		c.Fatalf("open %s: %v", path, err)
	}
	c.cleanup(func() { syscall.Close(n) })
	return fd(n)
}

// pipe returns a pipe with a blocking end for a process and an end for the kit,
// which heeds deadlines. The kit's end is closed with the case; the process's
// by the case, as soon as it was handed on.
func (c *C) pipe(kitReads bool) (kit *os.File, process fd) {
	var p [2]int
	if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC); err != nil {
		c.Fatalf("pipe: %v", err)
	}
	ours, theirs := p[1], p[0]
	if kitReads {
		ours, theirs = p[0], p[1]
	}
	syscall.SetNonblock(ours, true)
	kit = os.NewFile(uintptr(ours), "pipe")
	if deadline, ok := c.ctx.Deadline(); ok {
		kit.SetDeadline(deadline)
	}
	c.cleanup(func() { kit.Close() })
	return kit, fd(theirs)
}

func (c *C) null() fd { return c.open("/dev/null", syscall.O_RDWR) }

// folder makes a folder of the host that the instance sees at the same path.
func (c *C) folder() string {
	dir, err := os.MkdirTemp(c.Shared, "case")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		c.Fatalf("cannot make a folder: %v", err)
	}
	c.cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// write makes a file with exactly the given mode below dir.
func (c *C) write(dir, name, text string, mode os.FileMode) string {
	path := filepath.Join(dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), mode)
	}
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		c.Fatalf("cannot write %s: %v", path, err)
	}
	return path
}

// command is a plain one: its descriptors are /dev/null.
func (c *C) command(name string, args ...string) *plugins.Command {
	null := c.null()
	return &plugins.Command{
		Name:  name,
		Argv:  append([]string{name}, args...),
		Env:   []string{"PATH=" + searchPath},
		Path:  searchPath,
		Dir:   plugins.Dir{Path: c.Shared},
		Files: []plugins.File{null, null, null},
		Group: plugins.GroupSame,
		Umask: 0o022,
	}
}

func (c *C) script(text string, args ...string) *plugins.Command {
	return c.command(shell, append([]string{"-c", text, "sh"}, args...)...)
}

// start starts cmd, which is expected to work, and sees that it is gone when the
// case is.
func (c *C) start(cmd *plugins.Command) plugins.Process {
	p, err := c.inst.Start(c.ctx, cmd)
	if err != nil {
		c.Fatalf("start %s: %v", cmd.Name, err)
	}
	c.cleanup(func() {
		for {
			p.Signal(c.ctx, int(syscall.SIGKILL), false)
			if s, err := p.Wait(c.ctx); err != nil || s.Ended() {
				return
			}
		}
	})
	return p
}

// refused starts cmd, which is expected to fail, and returns the error.
func (c *C) refused(cmd *plugins.Command) error {
	p, err := c.inst.Start(c.ctx, cmd)
	if err == nil {
		p.Signal(c.ctx, int(syscall.SIGKILL), false)
		status, _ := p.Wait(c.ctx)
		c.Fatalf("start %s: no error, and then %v", cmd.Name, status)
	}
	return err
}

// wait returns the next change of state.
func (c *C) wait(p plugins.Process) plugins.Status {
	s, err := p.Wait(c.ctx)
	if err != nil {
		c.Fatalf("wait: %v", err)
	}
	return s
}

func (c *C) signal(p plugins.Process, sig syscall.Signal, group bool) {
	if err := p.Signal(c.ctx, int(sig), group); err != nil {
		c.Fatalf("signal %d (group: %v): %v", sig, group, err)
	}
}

// output runs cmd with a pipe as descriptor 1 and returns what it wrote.
func (c *C) output(cmd *plugins.Command) (string, plugins.Status) {
	r, w := c.pipe(true)
	cmd.Files[1] = w
	p, err := c.inst.Start(c.ctx, cmd)
	w.Close()
	if err != nil {
		c.Fatalf("start %s: %v", cmd.Name, err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		c.Errorf("reading from %s: %v", cmd.Name, err)
	}
	status := c.wait(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.Fatalf("%s wrote %d bytes and did not end", cmd.Name, len(text))
	}
	return string(text), status
}

// probe runs one of the kit's programs and returns what it wrote.
func (c *C) probe(cmd *plugins.Command) string {
	text, status := c.output(cmd)
	c.equal("exit status of "+cmd.Name, status.ExitCode(), 0)
	return text
}

// blocked starts a program with default dispositions that does nothing until it
// is signalled.
func (c *C) blocked(change func(*plugins.Command)) plugins.Process {
	_, r := c.pipe(false)
	defer r.Close()
	cmd := c.command(c.probes.copy)
	cmd.Files[0] = r
	if change != nil {
		change(cmd)
	}
	return c.start(cmd)
}

// equal compares without ending the case.
func (c *C) equal(what string, got, want any) {
	if got != want {
		c.Errorf("%s: got %s, want %s", what, brief(got), brief(want))
	}
}

// brief prints a value, the middle of a long text left out.
func brief(v any) string {
	s, ok := v.(string)
	switch {
	case !ok:
		return fmt.Sprint(v)
	case len(s) > 300:
		return fmt.Sprintf("%q…%q (%d bytes)", s[:150], s[len(s)-150:], len(s))
	default:
		return strconv.Quote(s)
	}
}
