package conformance

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"github.com/creack/pty"
	"github.com/lxsh/lxsh/plugins"
	"golang.org/x/sys/unix"
)

// Terminals, where processes are children: the kernel's job control. Each case
// runs in a process of its own that leads a session on a new pseudo terminal,
// as a shell does. It asks for keys by printing lines that start with typeLine;
// the process that started it types them.
var terminalCases = []testCase{
	terminalCase("terminal-foreground", func(c *C, tty fd) {
		p := c.foreground(tty)
		c.equal("foreground group", foregroundGroup(tty), p.Pid())
		c.keys(tty, "\x03")
		c.state(p, plugins.Signalled, syscall.SIGINT)
	}),
	terminalCase("terminal-stop", func(c *C, tty fd) {
		p := c.foreground(tty)
		c.keys(tty, "\x1a")
		c.state(p, plugins.Stopped, syscall.SIGTSTP)
		c.signal(p, syscall.SIGCONT, true)
		c.state(p, plugins.Continued, syscall.SIGCONT)
		c.keys(tty, "\x1c")
		c.state(p, plugins.Signalled, syscall.SIGQUIT)
	}),
	terminalCase("terminal-job-of-two", func(c *C, tty fd) {
		leader := c.foreground(tty)
		member := c.blocked(func(cmd *plugins.Command) { cmd.Group = plugins.Group(leader.Pid()) })
		c.keys(tty, "\x03")
		c.state(leader, plugins.Signalled, syscall.SIGINT)
		c.state(member, plugins.Signalled, syscall.SIGINT)
	}),
	terminalCase("terminal-background-read", func(c *C, tty fd) {
		p := c.blocked(func(cmd *plugins.Command) {
			cmd.Group = plugins.GroupNew
			cmd.Files[0] = tty
		})
		c.state(p, plugins.Stopped, syscall.SIGTTIN)
		c.signal(p, syscall.SIGKILL, true)
		c.state(p, plugins.Signalled, syscall.SIGKILL)
	}),
	terminalCase("terminal-dev-tty", func(c *C, tty fd) {
		cmd := c.script("exec 3<>/dev/tty && echo " + typeLine + hex.EncodeToString([]byte("typed\n")) +
			` >&3 && read line <&3 && test "$line" = typed`)
		cmd.Group, cmd.Foreground, cmd.TTY = plugins.GroupNew, true, tty
		c.equal("exit status", c.wait(c.start(cmd)).ExitCode(), 0)
	}),
}

const (
	// onlyVariable names the case that a process was started to run.
	onlyVariable = "LXSH_CONFORM_ONLY"
	typeLine     = "lxsh-conform types "
	ranLine      = "lxsh-conform ran the case"
)

func terminalCase(name string, run func(*C, fd)) testCase {
	return testCase{name: name, run: func(c *C) {
		if p := c.start(c.script("exit 0")); !isChild(p) {
			c.Skipf("the instance's processes are no children here")
		}
		if os.Getenv(onlyVariable) != name {
			c.onTerminal(name)
			return
		}
		// Taking the foreground back from the background must not stop us.
		signal.Ignore(syscall.SIGTTOU)
		tty := c.open("/dev/tty", syscall.O_RDWR)
		c.cleanup(func() { unix.IoctlSetPointerInt(tty.Fd(), unix.TIOCSPGRP, syscall.Getpgrp()) })
		fmt.Fprintln(tty, ranLine)
		run(c, tty)
	}}
}

func isChild(p plugins.Process) bool {
	_, ok := p.(plugins.Child)
	return ok
}

// onTerminal runs the case name in a new process on a new terminal and types
// what it asks for.
func (c *C) onTerminal(name string) {
	if c.Again == nil {
		c.Skipf("no way to run a case in a process of its own (Options.Again)")
	}
	argv := c.Again(name)
	master, slave, err := pty.Open()
	if err != nil {
		c.Skipf("no pseudo terminal here: %v", err)
	}
	defer master.Close()
	cmd := exec.CommandContext(c.ctx, argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), onlyVariable+"="+name)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	err = cmd.Start()
	slave.Close()
	if err != nil {
		c.Fatalf("cannot start %s: %v", argv[0], err)
	}
	var said bytes.Buffer
	ran := false
	lines := bufio.NewScanner(master) // ends with EIO when the last holder is gone
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		if _, keys, ok := strings.Cut(line, typeLine); ok {
			if b, err := hex.DecodeString(keys); err == nil {
				master.Write(b)
			}
			continue
		}
		ran = ran || line == ranLine
		fmt.Fprintln(&said, line)
	}
	if err := cmd.Wait(); err != nil {
		c.Errorf("on a terminal of its own: %v\n%s", err, said.String())
	} else if !ran {
		c.Errorf("%q did not run the case:\n%s", argv, said.String())
	}
}

// keys has the user type.
func (c *C) keys(tty fd, keys string) {
	fmt.Fprintf(tty, "%s%s\n", typeLine, hex.EncodeToString([]byte(keys)))
}

// foreground starts a process that reads the terminal as its foreground group.
func (c *C) foreground(tty fd) plugins.Process {
	cmd := c.command(c.probes.copy)
	cmd.Files[0] = tty
	cmd.Group, cmd.Foreground, cmd.TTY = plugins.GroupNew, true, tty
	return c.start(cmd)
}

func foregroundGroup(tty fd) int {
	group, err := unix.IoctlGetInt(tty.Fd(), unix.TIOCGPGRP)
	if err != nil {
		return -1
	}
	return group
}

// againTest is the command line that runs one case of a test again.
func againTest(test, name string) []string {
	return []string{"/proc/self/exe", "-test.run=^" + strings.ReplaceAll(test, "/", "$/^") + "$/^" + name + "$", "-test.v"}
}
