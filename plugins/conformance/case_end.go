package conformance

import (
	"errors"
	"io"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// The end of the instance itself.
var endCases = []testCase{
	{name: "end-close", ends: true, run: func(c *C) {
		c.mortal()
		gone, waited := c.doomed(nil)
		if err := c.inst.Close(c.ctx); err != nil {
			c.Errorf("close: %v", err)
		}
		c.over(gone, waited)
		c.closed()
	}},
	{name: "end-close-against-will", ends: true, run: func(c *C) {
		c.mortal()
		// What ignores SIGTERM is killed after a grace time.
		gone, waited := c.doomed(func(cmd *plugins.Command) {
			cmd.Ignored = []int{int(syscall.SIGTERM), int(syscall.SIGHUP)}
			cmd.Group = plugins.GroupNew
		})
		if err := c.inst.Close(c.ctx); err != nil {
			c.Errorf("close: %v", err)
		}
		c.over(gone, waited)
	}},
	{name: "end-crash", ends: true, run: func(c *C) {
		if c.Crash == nil {
			c.Skipf("there is no plugin to kill")
		}
		gone, waited := c.doomed(nil)
		if err := c.Crash(); err != nil {
			c.Fatalf("crash: %v", err)
		}
		c.over(gone, waited)
		c.closed()
	}},
}

// mortal skips a case about the end where there is none.
func (c *C) mortal() {
	if c.Eternal {
		c.Skipf("this instance has no end")
	}
}

// doomed starts a process that holds a pipe open, and a wait for it. gone ends
// with the process, waited gives what the wait returned.
func (c *C) doomed(change func(*plugins.Command)) (gone io.Reader, waited chan error) {
	r, w := c.pipe(true)
	p := c.blocked(func(cmd *plugins.Command) {
		cmd.Files[1] = w
		if change != nil {
			change(cmd)
		}
	})
	w.Close()
	waited = make(chan error, 1)
	go func() {
		s, err := p.Wait(c.ctx)
		if err == nil && !s.Ended() {
			err = errors.New("the wait returned, but for no end")
		}
		waited <- err
	}()
	return r, waited
}

// over holds that the process of doomed is gone and its wait has returned: with
// the process's end where that is still known, otherwise with an error.
func (c *C) over(gone io.Reader, waited chan error) {
	if _, err := io.ReadAll(gone); err != nil {
		c.Errorf("the process outlived its instance: %v", err)
	}
	select {
	case err := <-waited:
		if c.ctx.Err() != nil {
			c.Errorf("the wait did not return: %v", err)
		}
	case <-c.ctx.Done():
		c.Errorf("the wait did not return")
	}
}

// closed holds that nothing can be started, and that this is no reason to try
// the host.
func (c *C) closed() {
	if err := c.refused(c.script("exit 0")); errors.Is(err, plugins.ErrNotFound) {
		c.Errorf("a start in an instance that has ended: %v", err)
	}
}
