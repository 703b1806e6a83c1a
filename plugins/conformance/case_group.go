package conformance

import (
	"fmt"
	"io"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// Process groups, and stopping and going on.
var groupCases = []testCase{
	{name: "group-new", run: func(c *C) {
		cmd := c.command(c.probes.stat)
		cmd.Group = plugins.GroupNew
		pid, group := c.pidAndGroup(cmd)
		c.equal("group of a leader", group, pid)
	}},
	{name: "group-same", run: func(c *C) {
		pid, group := c.pidAndGroup(c.command(c.probes.stat))
		if pid == group {
			c.Errorf("process %s leads a group, but was to be in its caller's", pid)
		}
	}},
	{name: "group-join", run: func(c *C) {
		leader := c.blocked(func(cmd *plugins.Command) { cmd.Group = plugins.GroupNew })
		member := c.blocked(func(cmd *plugins.Command) { cmd.Group = plugins.Group(leader.Pid()) })
		apart := c.blocked(nil)
		c.signal(leader, syscall.SIGUSR1, true)
		for _, p := range []plugins.Process{leader, member} {
			c.equal("status", c.wait(p).ExitCode(), 128+int(syscall.SIGUSR1))
		}
		c.signal(apart, syscall.SIGTERM, false)
		c.equal("status of a process outside the group", c.wait(apart).ExitCode(), 128+int(syscall.SIGTERM))
	}},
	{name: "group-join-ended-leader", run: func(c *C) {
		r, w := c.pipe(true)
		cmd := c.script("exit 0")
		cmd.Group = plugins.GroupNew
		cmd.Files[1] = w
		leader := c.start(cmd)
		w.Close()
		io.ReadAll(r) // the leader is dead, and nobody has waited for it
		member := c.blocked(func(cmd *plugins.Command) { cmd.Group = plugins.Group(leader.Pid()) })
		c.signal(member, syscall.SIGTERM, true)
		c.equal("status", c.wait(member).ExitCode(), 128+int(syscall.SIGTERM))
		c.equal("status of the leader", c.wait(leader).ExitCode(), 0)
	}},
	{name: "group-stop-continue", run: func(c *C) {
		p := c.blocked(func(cmd *plugins.Command) { cmd.Group = plugins.GroupNew })
		for range 3 {
			c.signal(p, syscall.SIGSTOP, true)
			c.state(p, plugins.Stopped, syscall.SIGSTOP)
			c.signal(p, syscall.SIGCONT, true)
			c.state(p, plugins.Continued, syscall.SIGCONT)
		}
		c.signal(p, syscall.SIGSTOP, false)
		c.state(p, plugins.Stopped, syscall.SIGSTOP)
		c.signal(p, syscall.SIGKILL, false)
		c.state(p, plugins.Signalled, syscall.SIGKILL)
	}},
	{name: "group-descendants", run: func(c *C) {
		// Both processes hold the pipe; it ends when both are gone.
		_, block := c.pipe(false)
		defer block.Close()
		r, w := c.pipe(true)
		cmd := c.script("( \"$1\" <&3 ) & echo started; \"$1\" <&3", c.probes.copy)
		cmd.Group = plugins.GroupNew
		cmd.Files[1] = w
		cmd.Files = append(cmd.Files, block)
		p := c.start(cmd)
		w.Close()
		line := make([]byte, len("started\n"))
		if _, err := io.ReadFull(r, line); err != nil {
			c.Fatalf("reading: %v", err)
		}
		c.signal(p, syscall.SIGTERM, true)
		if _, err := io.ReadAll(r); err != nil {
			c.Errorf("a child of a process outlived a signal to the group: %v", err)
		}
		c.equal("status", c.wait(p).ExitCode(), 128+int(syscall.SIGTERM))
	}},
}

// state waits for the next change of state and compares it.
func (c *C) state(p plugins.Process, state plugins.State, sig syscall.Signal) {
	s := c.wait(p)
	c.equal("state and signal", fmt.Sprint(s.State, s.Code), fmt.Sprint(state, int(sig)))
}

// pidAndGroup runs the probe of /proc/self/stat (proc(5): fields 1 and 5).
func (c *C) pidAndGroup(cmd *plugins.Command) (pid, group string) {
	fields := c.statFields(cmd)
	return fields[1], fields[5]
}

// statFields are the fields of /proc/self/stat by their number in proc(5).
func (c *C) statFields(cmd *plugins.Command) []string {
	text := c.probe(cmd)
	name, rest, ok := strings.Cut(text, ") ")
	if !ok {
		c.Fatalf("/proc/self/stat: %q", text)
	}
	pid, _, _ := strings.Cut(name, " ")
	return append([]string{"", pid, name}, strings.Fields(rest)...)
}
