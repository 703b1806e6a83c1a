package host_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
)

const wait = 60 * time.Second

// until polls for what has no event to wait for.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx := limit(t, wait)
	for !done() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("still not: %s", what)
		}
	}
}

func connect(t *testing.T, runtime string) *session.Client {
	t.Helper()
	c, err := attach.Connect(limit(t, wait), runtime, "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Hangup() })
	return c
}

func exitStatus(t *testing.T, c *session.Client, script string) int {
	t.Helper()
	p, err := c.Start(limit(t, wait), shell(script))
	if err != nil {
		t.Fatal(err)
	}
	st, err := p.Wait(limit(t, wait))
	if err != nil {
		t.Fatal(err)
	}
	return st.ExitCode()
}

func shell(script string) *plugins.Command {
	return &plugins.Command{Name: "sh", Argv: []string{"sh", "-c", script}, Path: "/usr/bin:/bin",
		Env: []string{"PATH=/usr/bin:/bin"}, Dir: plugins.Dir{Path: "/"}, Group: plugins.GroupSame, Umask: 0o22}
}

// daemonPid is 0 when no lxshd runs.
func daemonPid(t *testing.T) int {
	r, err := attach.Status(limit(t, wait))
	if err != nil || r.Daemon == nil {
		return 0
	}
	return r.Daemon.Pid
}

func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// shutdown ends everything and looks for what is left.
func shutdown(t *testing.T) {
	t.Helper()
	pid := daemonPid(t)
	if err := attach.Shutdown(limit(t, wait)); err != nil {
		t.Error(err)
	}
	if pid != 0 {
		until(t, "lxshd has ended", func() bool { return !alive(pid) })
	}
	noTraces(t)
}

func noTraces(t *testing.T) {
	t.Helper()
	dir, err := paths.Runtime()
	if err != nil {
		t.Fatal(err)
	}
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && path != dir && filepath.Base(path) != "host" {
			t.Errorf("left: %s", path)
		}
		return nil
	})
}

// noInstances looks for what instances left while lxshd goes on.
func noInstances(t *testing.T) {
	t.Helper()
	left, _ := filepath.Glob(filepath.Join(runtimeDir(t), "good*"))
	for _, path := range left {
		t.Errorf("left: %s", path)
	}
}

func TestTwentyShellsStartOneDaemon(t *testing.T) {
	place(t, "")
	var all sync.WaitGroup
	pids := make(chan string, 20)
	for range 20 {
		all.Go(func() {
			c, err := attach.Connect(limit(t, wait), "good", "d")
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Hangup()
			env, err := c.Environ(limit(t, wait))
			if err != nil {
				t.Error(err)
				return
			}
			pids <- env[len(env)-1]
		})
	}
	all.Wait()
	close(pids)
	seen := make(map[string]bool)
	for pid := range pids {
		seen[pid] = true
	}
	if len(seen) != 1 {
		t.Errorf("plugin processes: %v", seen)
	}
	log, _ := paths.Log("lxshd")
	text, _ := os.ReadFile(log)
	if n := strings.Count(string(text), "msg=serving"); n != 1 {
		t.Errorf("%d daemons", n)
	}
	if err := attach.Terminate(limit(t, wait), "good", "d"); err != nil {
		t.Error(err)
	}
	if err := attach.Terminate(limit(t, wait), "good", "d"); err == nil || err.Error() != "good:d does not run" {
		t.Errorf("got %v", err)
	}
	shutdown(t)
}

func TestPluginInheritsNothing(t *testing.T) {
	place(t, "")
	leak, err := os.CreateTemp(t.TempDir(), "leak")
	if err != nil {
		t.Fatal(err)
	}
	defer leak.Close()
	fd, err := syscall.Dup(int(leak.Fd())) // not close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	t.Setenv("LXSH_RUNTIME", "good")
	env, err := connect(t, "good").Environ(limit(t, wait))
	if err != nil {
		t.Fatal(err)
	}
	log, _ := paths.Log("lxsh-runtime-good")
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case strings.HasPrefix(name, "PLUGIN_"), name == "LXSH_PLUGIN", name == "LXSH_RUNTIME", strings.Contains(value, "leak"):
			t.Errorf("inherited: %s", entry)
		case name == "fd 0" && value != "/dev/null", name == "fd 1" && value != log, name == "fd 2" && value != log:
			t.Errorf("got %s", entry)
		}
	}
	if text, _ := os.ReadFile(log); !strings.Contains(string(text), "standard output goes to the log\n") {
		t.Errorf("the log is %q", text)
	}
	shutdown(t)
}

func TestFaultyPlugins(t *testing.T) {
	place(t, "")
	for runtime, want := range map[string]string{
		"rubbish": "plugin lxsh-runtime-rubbish does not start: Unrecognized remote plugin message: Hello",
		"flood":   "plugin lxsh-runtime-flood does not start: Unrecognized remote plugin message",
		"hang":    "plugin lxsh-runtime-hang does not start: timeout while waiting for plugin to start",
		"exit":    "exit status 3",
		"version": "plugin lxsh-runtime-version does not start: incompatible API version with plugin. Plugin version: 99, Client versions: [1]",
		"crash":   "plugin lxsh-runtime-crash died while it opened the instance: exit status 7",
		"none":    `unknown runtime "none" (known here: local, crash, exit, flood, good, grpc, hang, rubbish, version)`,
		"../good": "is no runtime's name",
	} {
		_, err := attach.Connect(limit(t, wait), runtime, "d")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q", runtime, err, want)
		}
		if err != nil && strings.HasPrefix(want, "plugin ") {
			log, _ := paths.Log("lxsh-runtime-" + runtime)
			if !strings.Contains(err.Error(), log) {
				t.Errorf("%s: the error does not name the log: %v", runtime, err)
			}
		}
	}
	text, err := os.ReadFile(os.Getenv("HOME") + "/helper")
	helper, _ := strconv.Atoi(string(text))
	if err != nil || helper == 0 {
		t.Fatalf("the hanging plugin's helper: %q, %v", text, err)
	}
	until(t, "the hanging plugin's helper has ended", func() bool { return !alive(helper) })
	var lack *plugins.LackError
	if _, err := attach.Connect(limit(t, wait), "good", "lacking"); !errors.As(err, &lack) || lack.Lack.Remedy != "get it" {
		t.Errorf("got %v", err)
	}
	if _, err := attach.Connect(limit(t, wait), "good", "unknown"); err == nil || err.Error() != `unknown distro "unknown" (known here: d)` {
		t.Errorf("got %v", err)
	}
	if got := exitStatus(t, connect(t, "good"), "exit 5"); got != 5 {
		t.Errorf("after the faults: %d", got)
	}
	shutdown(t)
}

func TestIdleStop(t *testing.T) {
	place(t, "[idle]\ninstance = \"50ms\"\ndaemon = \"100ms\"\n")
	c := connect(t, "good")
	daemon := daemonPid(t)
	time.Sleep(200 * time.Millisecond) // longer than both idle times
	if got := exitStatus(t, c, "exit 2"); got != 2 {
		t.Errorf("an instance with a session: %d", got)
	}
	c.Hangup()
	until(t, "lxshd has ended by itself", func() bool { return !alive(daemon) })
	noTraces(t)
	if got := exitStatus(t, connect(t, "good"), "exit 9"); got != 9 {
		t.Errorf("after the idle stop: %d", got)
	}
	shutdown(t)
}

// Shells that come while the instance ends get a new one.
func TestConnectWhileEnding(t *testing.T) {
	place(t, "[idle]\ninstance = \"1ms\"\n")
	for range 30 {
		c, err := attach.Connect(limit(t, wait), "good", "d")
		if err != nil {
			t.Fatal(err)
		}
		c.Hangup()
	}
	shutdown(t)
}

func TestStreamedPlugin(t *testing.T) {
	place(t, "")
	c := connect(t, "grpc")
	if got := exitStatus(t, c, "exit 41"); got != 41 {
		t.Errorf("got %d", got)
	}
	cmd := shell("")
	cmd.Name = "no-such-command-here"
	if _, err := c.Start(limit(t, wait), cmd); !errors.Is(err, plugins.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	daemon := daemonPid(t)
	env, err := c.Environ(limit(t, wait))
	if err != nil {
		t.Fatal(err)
	}
	plugin, _ := strconv.Atoi(strings.TrimPrefix(env[len(env)-1], "pid="))
	syscall.Kill(daemon, syscall.SIGKILL)
	until(t, "the plugin has ended with lxshd", func() bool { return !alive(plugin) })
	if got := exitStatus(t, connect(t, "grpc"), "exit 42"); got != 42 {
		t.Errorf("got %d", got)
	}
	shutdown(t)
}

func TestInfoInteropStatus(t *testing.T) {
	place(t, "")
	if r, err := attach.Status(limit(t, wait)); err != nil || r.Daemon != nil || len(r.Instances) != 0 {
		t.Errorf("before: %+v, %v", r, err)
	}
	info, err := attach.Info(limit(t, wait), "good")
	if err != nil || info.Summary != "for tests" {
		t.Errorf("got %+v, %v", info, err)
	}
	socket, err := attach.Interop(limit(t, wait))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(socket); err != nil {
		t.Error(err)
	}
	connect(t, "good")
	// The session by which lxshd made sure of the instance may still count.
	until(t, "there is one session", func() bool {
		r, err := attach.Status(limit(t, wait))
		if err != nil || len(r.Instances) != 1 {
			t.Fatalf("got %+v, %v", r, err)
		}
		i := r.Instances[0]
		if i.Name != "good:d" || i.State != "running" || !alive(i.Pid) {
			t.Errorf("got %+v", i)
		}
		return i.Sessions == 1
	})
	shutdown(t)
}

// A newer shell replaces an older lxshd, but not under somebody's feet.
func TestReplaceOlderDaemon(t *testing.T) {
	place(t, "")
	defer func(v string) { plugins.Version = v }(plugins.Version)
	plugins.Version = daemonVersion
	c := connect(t, "good")
	old := daemonPid(t)
	plugins.Version = "1.10"
	if _, err := attach.Interop(limit(t, wait)); err != nil || daemonPid(t) != old {
		t.Errorf("a busy lxshd: %v, process %d instead of %d", err, daemonPid(t), old)
	}
	if got := exitStatus(t, c, "exit 3"); got != 3 {
		t.Errorf("got %d", got)
	}
	c.Hangup()
	w, err := session.Watch(limit(t, wait), filepath.Join(runtimeDir(t), "good:d.sock"))
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the session has ended", func() bool {
		l, err := w.Load(limit(t, wait))
		return err == nil && l.Idle()
	})
	w.Hangup()
	if _, err := attach.Interop(limit(t, wait)); err != nil || daemonPid(t) == old {
		t.Errorf("an idle lxshd was not replaced: %v", err)
	}
	until(t, "the older lxshd has ended", func() bool { return !alive(old) })
	plugins.Version = daemonVersion
	shutdown(t)
}

func runtimeDir(t *testing.T) string {
	dir, err := paths.Runtime()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// systemd removes XDG_RUNTIME_DIR when the user logs out.
func TestVanishedRuntimeFolder(t *testing.T) {
	place(t, "[idle]\ndaemon = \"200ms\"\n")
	connect(t, "good")
	old := daemonPid(t)
	if err := os.RemoveAll(filepath.Dir(runtimeDir(t))); err != nil {
		t.Fatal(err)
	}
	until(t, "lxshd has ended", func() bool { return !alive(old) })
	if got := exitStatus(t, connect(t, "good"), "exit 8"); got != 8 {
		t.Errorf("got %d", got)
	}
	shutdown(t)
}

func TestUnusableFolders(t *testing.T) {
	place(t, "")
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	for variable, want := range map[string]string{
		"XDG_DATA_HOME":  "cannot create " + file + "/lxsh: not a directory (",
		"XDG_STATE_HOME": "lxshd: cannot create " + file + "/lxsh: not a directory (",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, file)
			_, err := attach.Connect(limit(t, wait), "good", "d")
			if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
	place(t, "rutime = \"good\"\n")
	if _, err := attach.Connect(limit(t, wait), "good", "d"); err == nil || !strings.Contains(err.Error(), `config.toml:1: unknown key "rutime"`) {
		t.Errorf("got %v", err)
	}
}
