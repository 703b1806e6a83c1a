package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// How an end is told.
var statusCases = []testCase{
	{name: "status-exit-codes", run: func(c *C) {
		for code := range 256 {
			s := c.wait(c.start(c.script(fmt.Sprint("exit ", code))))
			s.Usage = plugins.Usage{}
			c.equal("status", s, plugins.Status{State: plugins.Exited, Code: code})
		}
	}},
	{name: "status-signals", run: func(c *C) {
		for sig := 1; sig <= 64; sig++ {
			switch syscall.Signal(sig) {
			case 32, 33: // the C library's own
				continue
			case syscall.SIGCHLD, syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCONT,
				syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
				continue // do not end a process
			}
			p := c.blocked(func(cmd *plugins.Command) {
				cmd.Limits = []plugins.Limit{{Resource: syscall.RLIMIT_CORE}}
			})
			c.signal(p, syscall.Signal(sig), false)
			s := c.wait(p)
			s.Usage, s.Core = plugins.Usage{}, false
			c.equal("status", s, plugins.Status{State: plugins.Signalled, Code: sig})
		}
	}},
	{name: "status-core", run: func(c *C) {
		core := func(limit uint64) bool {
			dir := c.folder() // where the core goes, unless the host says otherwise
			p := c.blocked(func(cmd *plugins.Command) {
				cmd.Limits = []plugins.Limit{{Resource: syscall.RLIMIT_CORE, Cur: limit, Max: limit}}
				cmd.Dir.Path = dir
			})
			c.signal(p, syscall.SIGQUIT, false)
			return c.wait(p).Core
		}
		var limit syscall.Rlimit
		syscall.Getrlimit(syscall.RLIMIT_CORE, &limit)
		pattern, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
		if limit.Max == 0 || len(pattern) == 0 || pattern[0] == '|' || pattern[0] == '/' {
			c.Skipf("no core files by name here (limit %d, pattern %q)", limit.Max, pattern)
		}
		c.equal("core flag with a limit of 0", core(0), false)
		c.equal("core flag with the host's limit", core(limit.Max), true)
	}},
	{name: "status-again", run: func(c *C) {
		p := c.start(c.script("exit 3"))
		first := c.wait(p)
		for range 3 {
			c.equal("status", c.wait(p), first)
		}
		if err := p.Signal(c.ctx, int(syscall.SIGTERM), false); !errors.Is(err, os.ErrProcessDone) {
			c.Errorf("a signal to an ended process: %v, want %v", err, os.ErrProcessDone)
		}
	}},
	{name: "status-two-waits", run: func(c *C) {
		p := c.blocked(nil)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				s, err := p.Wait(c.ctx)
				if err != nil || s.ExitCode() != 128+int(syscall.SIGTERM) {
					c.Errorf("one of two waits: %v, %v", s, err)
				}
			})
		}
		c.signal(p, syscall.SIGTERM, false)
		both.Wait()
	}},
	{name: "status-wait-cancel", run: func(c *C) {
		p := c.blocked(nil)
		ctx, cancel := context.WithCancel(c.ctx)
		waited := make(chan error, 1)
		go func() {
			_, err := p.Wait(ctx)
			waited <- err
		}()
		cancel()
		if err := <-waited; !errors.Is(err, context.Canceled) {
			c.Errorf("a cancelled wait: %v, want %v", err, context.Canceled)
		}
		c.signal(p, syscall.SIGTERM, false) // it is still there
		c.equal("status", c.wait(p).ExitCode(), 128+int(syscall.SIGTERM))
	}},
	{name: "status-usage", run: func(c *C) {
		u := c.wait(c.start(c.script("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"))).Usage
		if u.User <= 0 || u.User+u.System > int64(scaled(caseLimit)) {
			c.Errorf("processor time of a loop: %d ns user, %d ns system", u.User, u.System)
		}
	}},
}
