package main

import (
	"context"
	"net"
	"sync"

	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/interop/transport"
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/rpc"
)

// A plugin is the server as lxshd starts it: one socket for the user's shells and
// for the instances of this kernel, which the server tells apart.
type plugin struct {
	mu     sync.Mutex
	server *server.Server // nil: not open
	stop   context.CancelFunc
	ended  chan error
}

var _ rpc.Interop = (*plugin)(nil)

func (*plugin) Info(context.Context) (rpc.InteropInfo, error) {
	return rpc.InteropInfo{
		Version: plugins.Version, Summary: "runs programs of the host, by policy and with a log",
		Transports: []string{"unix"},
		Limits: []string{
			"a name-space instance shares the kernel and the user with the host: there policy stops accidents, not attackers",
			"a Windows program needs wine on the host",
		},
	}, nil
}

func (p *plugin) Open(ctx context.Context, socket, configFile string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server != nil {
		return nil
	}
	s, err := assemble(ctx, configFile)
	if err != nil {
		return err
	}
	listener, err := transport.Listen(transport.Address{Scheme: transport.Unix, Path: socket})
	if err != nil {
		return err
	}
	p.serve(s, listener)
	return nil
}

func (p *plugin) serve(s *server.Server, l net.Listener) {
	ctx, stop := context.WithCancel(context.Background())
	p.server, p.stop, p.ended = s, stop, make(chan error, 1)
	go func() { p.ended <- s.Serve(ctx, l, server.Source{}) }()
}

func (p *plugin) Status(context.Context) (rpc.InteropStatus, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server == nil {
		return rpc.InteropStatus{}, nil
	}
	return rpc.InteropStatus{Callers: p.server.Callers(), Programs: p.server.Running()}, nil
}

// Close waits for what it hangs up for as long as ctx allows.
func (p *plugin) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server == nil {
		return nil
	}
	p.stop()
	select {
	case err := <-p.ended:
		p.server = nil
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
