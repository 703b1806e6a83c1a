package conformance

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// What else a process inherits: mask, limits, signals.
var stateCases = []testCase{
	{name: "umask", run: func(c *C) {
		for _, mask := range []uint32{0, 0o027, 0o777} {
			cmd := c.command(c.probes.status)
			cmd.Umask = mask
			got, err := strconv.ParseUint(c.statusField(cmd, "Umask"), 8, 32)
			if err != nil {
				c.Fatalf("umask: %v", err)
			}
			c.equal("umask", fmt.Sprintf("%#o", got), fmt.Sprintf("%#o", mask))
		}
	}},
	{name: "limits", run: func(c *C) {
		cmd := c.command(c.probes.limits)
		cmd.Limits = []plugins.Limit{
			{Resource: syscall.RLIMIT_NOFILE, Cur: 123, Max: 456},
			{Resource: syscall.RLIMIT_CORE, Cur: 0, Max: 0},
			{Resource: syscall.RLIMIT_CPU, Cur: 1000, Max: 2000},
		}
		text := c.probe(cmd)
		c.equal("open files", limitLine(text, "Max open files"), "123 456")
		c.equal("core size", limitLine(text, "Max core file size"), "0 0")
		c.equal("processor time", limitLine(text, "Max cpu time"), "1000 2000")
	}},
	{name: "signals-default", run: func(c *C) {
		// Go's own handling of these must not show.
		signal.Ignore(syscall.SIGUSR2)
		defer heed(syscall.SIGUSR2)
		c.equal("ignored signals", c.statusField(c.command(c.probes.status), "SigIgn"), signalSet())
		c.equal("caught signals", c.statusField(c.command(c.probes.status), "SigCgt"), signalSet())
	}},
	{name: "signals-ignored", run: func(c *C) {
		ignored := []int{int(syscall.SIGINT), int(syscall.SIGQUIT), int(syscall.SIGPIPE), int(syscall.SIGTSTP), 40}
		cmd := c.command(c.probes.status)
		cmd.Ignored = ignored
		c.equal("ignored signals", c.statusField(cmd, "SigIgn"), signalSet(ignored...))
	}},
	{name: "signals-unblocked", run: func(c *C) {
		c.equal("blocked signals", c.statusField(c.command(c.probes.status), "SigBlk"), signalSet())
		c.equal("pending signals", c.statusField(c.command(c.probes.status), "SigPnd"), signalSet())
	}},
	{name: "nice", run: func(c *C) {
		const niceField = 19
		usual := c.statFields(c.command(c.probes.stat))[niceField]
		cmd := c.command(c.probes.stat)
		cmd.Nice = 3
		base, err := strconv.Atoi(usual)
		if err != nil {
			c.Fatalf("nice value: %v", err)
		}
		c.equal("nice value", c.statFields(cmd)[niceField], strconv.Itoa(min(base+3, 19)))
	}},
}

// heed undoes signal.Ignore. signal.Reset alone would leave a signal ignored, for
// which the runtime has had a handler from the start, and so in all later children.
func heed(s os.Signal) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, s)
	signal.Stop(c)
}

// statusField is a line of /proc/self/status.
func (c *C) statusField(cmd *plugins.Command, name string) string {
	for line := range strings.Lines(c.probe(cmd)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	c.Fatalf("/proc/self/status has no %s", name)
	return ""
}

// signalSet is a set of signals as /proc/self/status prints it.
func signalSet(signals ...int) string {
	var set uint64
	for _, s := range signals {
		set |= 1 << (s - 1)
	}
	return fmt.Sprintf("%016x", set)
}

// limitLine is the soft and hard limit of a line of /proc/self/limits.
func limitLine(text, name string) string {
	for line := range strings.Lines(text) {
		if values, ok := strings.CutPrefix(line, name); ok {
			if fields := strings.Fields(values); len(fields) >= 2 {
				return fields[0] + " " + fields[1]
			}
		}
	}
	return "no " + name
}
