package host_test

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
)

func TestKilledPlugin(t *testing.T) {
	place(t, "")
	for round := range 20 {
		c := connect(t, "good")
		p, err := c.Start(limit(t, wait), shell("exec sleep 600"))
		if err != nil {
			t.Fatal(round, err)
		}
		env, err := c.Environ(limit(t, wait))
		if err != nil {
			t.Fatal(round, err)
		}
		pid, _ := strconv.Atoi(strings.TrimPrefix(env[len(env)-1], "pid="))
		syscall.Kill(pid, syscall.SIGKILL)
		if st, err := p.Wait(limit(t, wait)); err == nil {
			t.Errorf("round %d: got %+v", round, st)
		}
		syscall.Kill(p.Pid(), syscall.SIGKILL) // an instance of name spaces takes it along
		if got := exitStatus(t, connect(t, "good"), "exit 4"); got != 4 {
			t.Errorf("round %d: got %d", round, got)
		}
	}
	shutdown(t)
}

func TestKilledDaemon(t *testing.T) {
	place(t, "")
	for round := range 20 {
		c := connect(t, "good")
		env, err := c.Environ(limit(t, wait))
		if err != nil {
			t.Fatal(err)
		}
		plugin, _ := strconv.Atoi(strings.TrimPrefix(env[len(env)-1], "pid="))
		p, err := c.Start(limit(t, wait), shell("kill -STOP $$; exit 3"))
		if err != nil {
			t.Fatal(err)
		}
		if st, err := p.Wait(limit(t, wait)); err != nil || st.State != plugins.Stopped {
			t.Fatalf("got %+v, %v", st, err)
		}
		daemon := daemonPid(t)
		syscall.Kill(daemon, syscall.SIGKILL)
		until(t, "lxshd is dead", func() bool { return !alive(daemon) })
		// The session goes on, and another shell can join it.
		if err := p.Signal(limit(t, wait), int(syscall.SIGCONT), false); err != nil {
			t.Error(err)
		}
		for st := (plugins.Status{}); !st.Ended(); {
			if st, err = p.Wait(limit(t, wait)); err != nil {
				t.Fatal(err)
			}
			if st.Ended() && st.Code != 3 {
				t.Errorf("round %d: got %+v", round, st)
			}
		}
		if report, err := attach.Status(limit(t, wait)); err != nil || len(report.Instances) != 1 || report.Instances[0].Pid != plugin {
			t.Errorf("round %d: status is %+v, %v, want pid %d", round, report, err, plugin)
		}
		if round%2 == 0 { // the leftover is used while it lasts
			if _, err := attach.Open(limit(t, wait), "good", "d"); err != nil {
				t.Error(err)
			}
			if got := exitStatus(t, connect(t, "good"), "exit 6"); got != 6 {
				t.Errorf("got %d", got)
			}
			if err := attach.Terminate(limit(t, wait), "good", "d"); err != nil {
				t.Error(err)
			}
			noInstances(t)
		}
		c.Hangup()
		until(t, "the plugin has ended", func() bool { return !alive(plugin) })
	}
	shutdown(t)
}

// Programs inside cannot ask for the way to the host: it comes back by itself.
func TestKilledInterop(t *testing.T) {
	place(t, "")
	c := connect(t, "good")
	defer c.Hangup()
	socket, err := attach.Interop(limit(t, wait))
	if err != nil {
		t.Fatal(err)
	}
	served := func() int {
		text, _ := os.ReadFile(socket) // the test's plugin puts its pid there
		pid, _ := strconv.Atoi(string(text))
		return pid
	}
	first := served()
	syscall.Kill(first, syscall.SIGKILL)
	until(t, "another plugin serves the socket", func() bool { next := served(); return next > 0 && next != first })
	shutdown(t)
}
