package translator

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/conformance"
	"github.com/lxsh/lxsh/plugins/session"
)

// A pluginProcess is this test binary in the part of a plugin: a process of its
// own that opens one instance and can be killed.
type pluginProcess struct {
	cmd    *exec.Cmd
	socket string
}

const pluginPart = "LXSH_TEST_PLUGIN" // in the environment: the folder to serve in

// startPlugin starts the plugin, which shares the folder shared, and returns when
// it serves.
func startPlugin(t testing.TB, root, shared string) *pluginProcess {
	t.Helper()
	folder := t.TempDir()
	p := &pluginProcess{socket: filepath.Join(folder, "s")}
	p.cmd = exec.Command("/proc/self/exe")
	p.cmd.Env = append(os.Environ(), pluginPart+"="+folder, "ROOT="+root, "SHARED="+shared)
	p.cmd.Stderr = os.Stderr
	ready, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.kill() })
	if _, err := ready.Read(make([]byte, 1)); err != nil {
		t.Fatalf("the plugin did not start: %v", err)
	}
	return p
}

// kill is kill -9; the second time it does nothing.
func (p *pluginProcess) kill() error {
	if p.cmd.ProcessState != nil {
		return nil
	}
	p.cmd.Process.Kill()
	p.cmd.Wait()
	return nil
}

// playPlugin is the plugin's main. It ends with the instance.
func playPlugin(folder string) error {
	config := plugins.InstanceConfig{
		Runtime: Name, Distro: "test", Root: os.Getenv("ROOT"), Share: []string{os.Getenv("SHARED")},
		State: filepath.Join(folder, "state"),
	}
	if err := os.Mkdir(config.State, 0o700); err != nil {
		return err
	}
	inst, err := new(Runtime).Open(context.Background(), config)
	if err != nil {
		return err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(folder, "s"), Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	fmt.Print("\n")
	return inst.(*Instance).ServeSessions(l)
}

// The kit talks to pid 1 over its session socket, as a shell does.
func TestConformance(t *testing.T) {
	if lacks := spaceLacks(); len(lacks) > 0 {
		t.Skipf("%s: %s (%s)", lacks[0].What, lacks[0].Why, lacks[0].Remedy)
	}
	info, err := new(Runtime).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root, shared := makeRoot(t), t.TempDir()
	var plugin *pluginProcess
	conformance.Run(t, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			plugin = startPlugin(t, root, shared)
			return session.Dial(ctx, plugin.socket)
		},
		Abilities: info.Abilities,
		Shared:    shared,
		Crash:     func() error { return plugin.kill() },
	})
}

// The plugin's own connection, by which it serves callers without a session.
func TestConformanceOfPlugin(t *testing.T) {
	info, err := new(Runtime).Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shared := t.TempDir()
	root := makeRoot(t)
	conformance.Run(t, conformance.Options{
		Open: func(context.Context) (plugins.Instance, error) {
			return open(t, plugins.InstanceConfig{Root: root, Share: []string{shared}}), nil
		},
		Abilities: info.Abilities,
		Shared:    shared,
	})
}
