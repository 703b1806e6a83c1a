package host

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/rpc"
)

// handshakeLimit is how long a plugin may take to say where it listens.
const handshakeLimit = 10 * time.Second

// maxMessage is the limit of package sdk: gRPC's own, 4 MiB, is too small for a
// large environment.
const maxMessage = 64 << 20

// A plugin is a plugin's process with its service.
type plugin struct {
	name    string // for people: the executable's name
	log     string
	client  *goplugin.Client
	child   *child
	service any // *rpc.Client or *rpc.InteropClient
}

// launch starts the plugin at path and shakes hands with it. Errors name the
// plugin and its log.
func (h *Host) launch(path, service string) (*plugin, error) {
	p := &plugin{name: filepath.Base(path)}
	log, err := h.openLog(p.name)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.log = log.Name()
	p.client = goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig:  rpc.Handshake,
		VersionedPlugins: map[int]goplugin.PluginSet{rpc.Version: {rpc.RuntimeService: new(rpc.RuntimePlugin), rpc.InteropService: new(rpc.InteropPlugin)}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		StartTimeout:     handshakeLimit,
		SkipHostEnv:      true,
		Logger:           hclog.NewNullLogger(),
		UnixSocketConfig: &goplugin.UnixSocketConfig{TempDir: h.dir},
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, _ string) (runner.Runner, error) {
			p.child, err = newChild(path, cmd.Env, log)
			return p.child, err
		},
		SyncStdout: io.Discard,
		SyncStderr: io.Discard,
		GRPCDialOptions: []grpc.DialOption{grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage))},
	})
	err = p.shake(service)
	if err != nil {
		p.kill()
		return nil, p.fault("does not start", err)
	}
	return p, nil
}

func (p *plugin) shake(service string) error {
	protocol, err := p.client.Client()
	if err != nil {
		return err
	}
	p.service, err = protocol.Dispense(service)
	if err != nil {
		return err
	}
	return protocol.Ping()
}

// fault is an error of this plugin, on one line.
func (p *plugin) fault(what string, err error) error {
	words := strings.Join(strings.Fields(err.Error()), " ")
	if len(words) > 300 {
		words = words[:300] + "…"
	}
	return fmt.Errorf("plugin %s %s: %s (its log is %s)", p.name, what, words, p.log)
}

// gone is closed when the process has ended.
func (p *plugin) gone() <-chan struct{} { return p.child.exited }

func (p *plugin) pid() int { return p.child.pid() }

// kill ends the process, kindly at first, and returns when it has ended.
func (p *plugin) kill() {
	p.client.Kill()
	if p.child == nil || p.child.cmd.Process == nil {
		return
	}
	p.child.Kill(context.Background())
}

// logLimit is the size from which a log file is put aside when a plugin starts.
const logLimit = 4 << 20

func (h *Host) openLog(name string) (*os.File, error) {
	path, err := paths.Log(name)
	if err != nil {
		return nil, err
	}
	return OpenLog(path)
}

// OpenLog opens a log file for appending. One that has grown too large becomes
// path.old.
func OpenLog(path string) (*os.File, error) {
	if _, err := paths.Make(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if st, err := os.Stat(path); err == nil && st.Size() > logLimit {
		os.Rename(path, path+".old")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the log: %w", err)
	}
	return f, nil
}
