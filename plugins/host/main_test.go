package host_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/host"
	"github.com/lxsh/lxsh/plugins/rpc"
	"github.com/lxsh/lxsh/plugins/sdk"
	"github.com/lxsh/lxsh/plugins/spawn"
)

// The test binary is lxshd and every plugin too, by the name it is called by.
func TestMain(m *testing.M) {
	name := filepath.Base(os.Args[0])
	kind, isPlugin := strings.CutPrefix(name, "lxsh-runtime-")
	switch {
	case name == "lxshd":
		plugins.Version = daemonVersion
		os.Exit(host.Main(os.Args[1:], resolve))
	case name == "lxsh-interop":
		sdk.ServeInterop(new(testInterop))
	case isPlugin:
		runPlugin(kind)
	}
	os.Exit(m.Run())
}

// daemonVersion is older than some shells of the tests.
const daemonVersion = "1.2"

func resolve(_ context.Context, r control.OpenRequest) (plugins.InstanceConfig, error) {
	if r.Distro == "unknown" {
		return plugins.InstanceConfig{}, fmt.Errorf("unknown distro %q (known here: d)", r.Distro)
	}
	return plugins.InstanceConfig{Distro: r.Distro, Root: "/", Share: []string{r.Dir}}, nil
}

// runPlugin is a runtime plugin, good or faulty.
func runPlugin(kind string) {
	switch kind {
	case "good":
		sdk.Serve(testRuntime{})
	case "grpc": // a plugin that knows nothing of sessions
		goplugin.Serve(&goplugin.ServeConfig{HandshakeConfig: rpc.Handshake, GRPCServer: goplugin.DefaultGRPCServer,
			Plugins: goplugin.PluginSet{rpc.RuntimeService: &rpc.RuntimePlugin{Service: rpc.NewServer(testRuntime{}, nil)}}})
	case "version":
		handshake := rpc.Handshake
		handshake.ProtocolVersion = 99
		goplugin.Serve(&goplugin.ServeConfig{HandshakeConfig: handshake, GRPCServer: func(o []grpc.ServerOption) *grpc.Server { return grpc.NewServer(o...) },
			Plugins: goplugin.PluginSet{rpc.RuntimeService: &rpc.RuntimePlugin{Service: rpc.NewServer(testRuntime{}, nil)}}})
	case "rubbish":
		fmt.Println("Hello\x00, World!")
		time.Sleep(time.Hour)
	case "hang":
		// With a helper, as a plugin that is a script would have.
		if p, err := os.StartProcess("/bin/sleep", []string{"sleep", "600"}, &os.ProcAttr{}); err == nil {
			os.WriteFile(os.Getenv("HOME")+"/helper", []byte(strconv.Itoa(p.Pid)), 0o600)
		}
		time.Sleep(time.Hour)
	case "flood":
		for {
			fmt.Print(strings.Repeat("x", 4096))
		}
	case "exit":
		os.Exit(3)
	case "crash":
		sdk.Serve(crashing{})
	}
	os.Exit(0)
}

// testRuntime runs commands on this machine.
type testRuntime struct{}

func (testRuntime) Info(context.Context) (plugins.Info, error) {
	return plugins.Info{Name: "test", Summary: "for tests"}, nil
}

func (testRuntime) Open(_ context.Context, c plugins.InstanceConfig) (plugins.Instance, error) {
	if c.Distro == "lacking" {
		return nil, &plugins.LackError{Lack: plugins.Lack{What: "a thing", Why: "not there", Remedy: "get it"}}
	}
	os.WriteFile(filepath.Join(c.State, "made"), nil, 0o600)
	fmt.Println("standard output goes to the log")
	return testInstance{}, nil
}

type crashing struct{ testRuntime }

func (crashing) Open(context.Context, plugins.InstanceConfig) (plugins.Instance, error) {
	os.Exit(7)
	return nil, nil
}

type testInstance struct{}

func (testInstance) Start(_ context.Context, cmd *plugins.Command) (plugins.Process, error) {
	pid, err := spawn.Start(cmd, nil)
	if err != nil {
		return nil, err
	}
	return spawn.NewProcess(pid), nil
}

func (testInstance) Close(context.Context) error { return nil }

// Environ shows what the plugin's process was given.
func (testInstance) Environ(context.Context) ([]string, error) {
	list := os.Environ()
	fds, _ := os.ReadDir("/proc/self/fd")
	for _, fd := range fds {
		to, _ := os.Readlink("/proc/self/fd/" + fd.Name())
		list = append(list, "fd "+fd.Name()+"="+to)
	}
	return append(list, "pid="+strconv.Itoa(os.Getpid())), nil
}

type testInterop struct{ socket string }

func (i *testInterop) Info(context.Context) (rpc.InteropInfo, error) { return rpc.InteropInfo{}, nil }

func (i *testInterop) Open(_ context.Context, socket, _ string) error {
	i.socket = socket
	return os.WriteFile(socket, []byte(strconv.Itoa(os.Getpid())), 0o600)
}

func (i *testInterop) Status(context.Context) (rpc.InteropStatus, error) {
	return rpc.InteropStatus{}, nil
}

func (i *testInterop) Close(context.Context) error {
	os.Remove(i.socket)
	return nil
}

// place gives the test its own store, runtime folder and programs. At its end
// everything is shut down and nothing may be left.
func place(t *testing.T, config string) {
	home, err := os.MkdirTemp("/tmp", "lxh")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"bin", "run", ".config/lxsh"} {
		os.MkdirAll(filepath.Join(home, dir), 0o700)
	}
	os.WriteFile(home+"/.config/lxsh/config.toml", []byte(config), 0o600)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lxshd", "lxsh-interop", "lxsh-runtime-good", "lxsh-runtime-grpc", "lxsh-runtime-version",
		"lxsh-runtime-rubbish", "lxsh-runtime-flood", "lxsh-runtime-hang", "lxsh-runtime-exit", "lxsh-runtime-crash"} {
		if err := os.Symlink(self, home+"/bin/"+name); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{"HOME": home, "XDG_RUNTIME_DIR": home + "/run", "LXSH_PLUGIN_PATH": home + "/bin",
		"XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "XDG_CACHE_HOME": ""} {
		t.Setenv(name, value)
	}
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := filepath.Glob(home + "/.local/state/lxsh/*.log")
			for _, path := range logs {
				text, _ := os.ReadFile(path)
				t.Logf("%s:\n%s", path, text)
			}
		}
		os.RemoveAll(home)
	})
}

// limit is the end of a test's waits, scaled by LXSH_TEST_TIME_SCALE.
func limit(t testing.TB, d time.Duration) context.Context {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil {
		scale = 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(scale*float64(d)))
	t.Cleanup(cancel)
	return ctx
}
