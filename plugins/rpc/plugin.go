package rpc

import (
	"context"
	"errors"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	interoppb "github.com/lxsh/lxsh/plugins/proto/interopv1"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// Version is the version of lxsh.runtime.v1 and lxsh.interop.v1 in go-plugin's
// handshake.
const Version = 1

// Handshake tells a plugin that it was started by lxsh and not by hand.
var Handshake = goplugin.HandshakeConfig{
	ProtocolVersion:  Version,
	MagicCookieKey:   "LXSH_PLUGIN",
	MagicCookieValue: "lxsh runtime plugin",
}

// The names of the services in go-plugin's set.
const (
	RuntimeService = "runtime"
	InteropService = "interop"
)

var errOtherSide = errors.New("this side of the plugin is not here")

// RuntimePlugin is the runtime service for go-plugin: Service on the plugin's
// side, nil on lxshd's.
type RuntimePlugin struct {
	goplugin.NetRPCUnsupportedPlugin
	Service *Server
}

// GRPCServer implements go-plugin's GRPCPlugin.
func (p *RuntimePlugin) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	if p.Service == nil {
		return errOtherSide
	}
	pb.RegisterRuntimeServer(s, p.Service)
	return nil
}

// GRPCClient implements go-plugin's GRPCPlugin; it gives a *Client.
func (p *RuntimePlugin) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return NewClient(conn), nil
}

// InteropPlugin is the interop service for go-plugin: Service on the plugin's
// side, nil on lxshd's.
type InteropPlugin struct {
	goplugin.NetRPCUnsupportedPlugin
	Service *InteropServer
}

// GRPCServer implements go-plugin's GRPCPlugin.
func (p *InteropPlugin) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	if p.Service == nil {
		return errOtherSide
	}
	interoppb.RegisterInteropServer(s, p.Service)
	return nil
}

// GRPCClient implements go-plugin's GRPCPlugin; it gives a *InteropClient.
func (p *InteropPlugin) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return NewInteropClient(conn), nil
}
