package sdk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/rpc"
)

// Serve is the whole main of a runtime plugin. It does not return.
func Serve(rt plugins.Runtime) {
	l := begin()
	server := rpc.NewServer(&locking{rt, l}, l.serveSessions)
	l.serve(rpc.RuntimeService, &rpc.RuntimePlugin{Service: server})
}

// ServeInterop is the whole main of the interop plugin. It does not return.
func ServeInterop(i rpc.Interop) {
	l := begin()
	l.onEnd(func() { closeWithin(i.Close) })
	l.setBusy(func(ctx context.Context) bool {
		st, err := i.Status(ctx)
		return err == nil && st.Callers+st.Programs > 0
	})
	l.serve(rpc.InteropService, &rpc.InteropPlugin{Service: &rpc.InteropServer{Interop: i}})
}

// begin refuses to run by hand, in clear text, and takes over the signals.
func begin() *life {
	if os.Getenv(rpc.Handshake.MagicCookieKey) != rpc.Handshake.MagicCookieValue {
		fmt.Fprintf(os.Stderr, "%s: this is a plugin of lxsh and is started by it (try lxsh --help)\n", filepath.Base(os.Args[0]))
		os.Exit(2)
	}
	return newLife()
}

// maxMessage admits commands with a few MiB of environment; gRPC's own limit is
// 4 MiB.
const maxMessage = 64 << 20

func (l *life) serve(name string, plugin goplugin.Plugin) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: rpc.Handshake,
		Plugins:         goplugin.PluginSet{name: plugin},
		Logger:          l.hclog(),
		GRPCServer: func(o []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(o, grpc.MaxRecvMsgSize(maxMessage),
				grpc.ChainUnaryInterceptor(l.tidyUnary), grpc.ChainStreamInterceptor(l.tidyStream))...)
		},
	})
	l.exit(0) // lxshd asked for it
}
