package host

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-plugin/runner"
)

// child is a plugin's process for go-plugin. Unlike go-plugin's own runner it
// gives the plugin /dev/null as standard input, a log file as standard error and
// a session of its own, and passes on no other descriptor: lxshd's are all
// close-on-exec.
type child struct {
	cmd    *exec.Cmd
	stdout *os.File
	exited chan struct{}
	err    error // of the end; valid when exited is closed
}

var _ runner.Runner = (*child)(nil)

// newChild prepares path with go-plugin's variables env on top of lxshd's own
// environment.
func newChild(path string, env []string, log *os.File) (*child, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	c := &child{stdout: r, exited: make(chan struct{})}
	c.cmd = exec.Command(path)
	c.cmd.Env = append(pluginEnv(), env...)
	c.cmd.Dir = "/"
	c.cmd.Stdout, c.cmd.Stderr = w, log
	// A plugin that doesn't know about SIGHUP ends with lxshd.
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGHUP}
	return c, nil
}

// pluginEnv is lxshd's environment without what belongs to one shell.
func pluginEnv() []string {
	var list []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PLUGIN_"):
		case name == "LXSH_RUNTIME", name == "LXSH_DISTRO", name == "LXSH_PLUGIN", name == "PWD", name == "OLDPWD", name == "SHLVL", name == "_":
		default:
			list = append(list, entry)
		}
	}
	return list
}

// drainTime is how long what a dead plugin's descendants hold of its standard
// output is still read.
const drainTime = 100 * time.Millisecond

func (c *child) Start(context.Context) error {
	err := onMainThread(c.cmd.Start)
	c.cmd.Stdout.(*os.File).Close()
	if err != nil {
		c.stdout.Close()
		return err
	}
	go func() {
		c.err = c.cmd.Wait()
		c.stdout.SetReadDeadline(time.Now().Add(drainTime))
		close(c.exited)
	}()
	return nil
}

// onMainThread runs f on a thread that lives as long as the process: the signal
// of PR_SET_PDEATHSIG comes when the thread that forked ends, prctl(2).
func onMainThread(f func() error) error {
	threadOnce.Do(func() {
		go func() {
			runtime.LockOSThread()
			for call := range threadCalls {
				call()
			}
		}()
	})
	done := make(chan error, 1)
	threadCalls <- func() { done <- f() }
	return <-done
}

var (
	threadOnce  sync.Once
	threadCalls = make(chan func())
)

// Wait returns when the process has ended and its output is read.
func (c *child) Wait(context.Context) error {
	<-c.exited
	c.stdout.Close()
	return c.err
}

// Kill ends the plugin with the helpers that it has in its group.
func (c *child) Kill(context.Context) error {
	select {
	case <-c.exited:
	default:
		syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		<-c.exited
	}
	return nil
}

func (c *child) pid() int {
	if c.cmd.Process == nil {
		return 0
	}
	return c.cmd.Process.Pid
}

func (c *child) ID() string {
	if pid := c.pid(); pid != 0 {
		return strconv.Itoa(pid)
	}
	return ""
}

func (c *child) Name() string          { return c.cmd.Path }
func (c *child) Stdout() io.ReadCloser { return c.stdout }
func (c *child) Stderr() io.ReadCloser { return io.NopCloser(new(bytes.Reader)) } // it has a file

// Diagnose adds how the process ended to go-plugin's words.
func (c *child) Diagnose(context.Context) string {
	select {
	case <-c.exited:
		return fmt.Sprint(c.cmd.ProcessState)
	case <-time.After(drainTime):
		return ""
	}
}

func (c *child) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

func (c *child) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}
