package rpc

import (
	"context"

	"google.golang.org/grpc"

	pb "github.com/lxsh/lxsh/plugins/proto/interopv1"
)

// Interop is the interop plugin's side of interop.proto, in Go.
type Interop interface {
	// Info tells what the plugin can do here.
	Info(ctx context.Context) (InteropInfo, error)
	// Open serves callers at the socket path, by the rules of the user's
	// configFile, until Close. It returns when callers can connect.
	Open(ctx context.Context, socket, configFile string) error
	// Status counts what is going on.
	Status(ctx context.Context) (InteropStatus, error)
	// Close ends the server and removes the socket.
	Close(ctx context.Context) error
}

// InteropInfo describes an interop plugin.
type InteropInfo struct {
	Version    string
	Summary    string
	Transports []string
	Limits     []string
}

// InteropStatus counts open connections and running programs of the host.
type InteropStatus struct{ Callers, Programs int }

// InteropServer serves an Interop.
type InteropServer struct {
	pb.UnimplementedInteropServer
	Interop Interop
}

// Info implements the service.
func (s *InteropServer) Info(ctx context.Context, _ *pb.InfoRequest) (*pb.InfoReply, error) {
	i, err := s.Interop.Info(ctx)
	return &pb.InfoReply{Version: i.Version, Summary: i.Summary, Transports: i.Transports, Limits: i.Limits}, toStatus(err)
}

// Open implements the service.
func (s *InteropServer) Open(ctx context.Context, r *pb.OpenRequest) (*pb.OpenReply, error) {
	err := s.Interop.Open(ctx, string(r.GetSocket()), string(r.GetConfigFile()))
	return &pb.OpenReply{Socket: r.GetSocket()}, toStatus(err)
}

// Status implements the service.
func (s *InteropServer) Status(ctx context.Context, _ *pb.StatusRequest) (*pb.StatusReply, error) {
	st, err := s.Interop.Status(ctx)
	return &pb.StatusReply{Callers: int32(st.Callers), Programs: int32(st.Programs)}, toStatus(err)
}

// Close implements the service.
func (s *InteropServer) Close(ctx context.Context, _ *pb.CloseRequest) (*pb.CloseReply, error) {
	return new(pb.CloseReply), toStatus(s.Interop.Close(ctx))
}

// InteropClient is an Interop in another process.
type InteropClient struct{ service pb.InteropClient }

var _ Interop = (*InteropClient)(nil)

// NewInteropClient returns the Interop that is served on conn.
func NewInteropClient(conn grpc.ClientConnInterface) *InteropClient {
	return &InteropClient{pb.NewInteropClient(conn)}
}

// Info implements Interop.
func (c *InteropClient) Info(ctx context.Context) (InteropInfo, error) {
	i, err := c.service.Info(ctx, new(pb.InfoRequest))
	return InteropInfo{i.GetVersion(), i.GetSummary(), i.GetTransports(), i.GetLimits()}, fromStatus(err)
}

// Open implements Interop.
func (c *InteropClient) Open(ctx context.Context, socket, configFile string) error {
	_, err := c.service.Open(ctx, &pb.OpenRequest{Socket: []byte(socket), ConfigFile: []byte(configFile)})
	return fromStatus(err)
}

// Status implements Interop.
func (c *InteropClient) Status(ctx context.Context) (InteropStatus, error) {
	st, err := c.service.Status(ctx, new(pb.StatusRequest))
	return InteropStatus{int(st.GetCallers()), int(st.GetPrograms())}, fromStatus(err)
}

// Close implements Interop.
func (c *InteropClient) Close(ctx context.Context) error {
	_, err := c.service.Close(ctx, new(pb.CloseRequest))
	return fromStatus(err)
}
