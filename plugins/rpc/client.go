package rpc

import (
	"context"

	"google.golang.org/grpc"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// A Client is a runtime in another process.
type Client struct{ service pb.RuntimeClient }

var _ plugins.Runtime = (*Client)(nil)

// NewClient returns the runtime that is served on conn.
func NewClient(conn grpc.ClientConnInterface) *Client {
	return &Client{pb.NewRuntimeClient(conn)}
}

// Info implements plugins.Runtime.
func (c *Client) Info(ctx context.Context) (plugins.Info, error) {
	reply, err := c.service.Info(ctx, new(pb.InfoRequest))
	if err != nil {
		return plugins.Info{}, fromStatus(err)
	}
	return toInfo(reply), nil
}

// Open implements plugins.Runtime: all commands go through gRPC.
func (c *Client) Open(ctx context.Context, config plugins.InstanceConfig) (plugins.Instance, error) {
	inst, err := c.OpenAt(ctx, config, "")
	if err != nil {
		return nil, err
	}
	return inst, nil
}

// OpenAt opens an instance that may serve its sessions at socket itself.
func (c *Client) OpenAt(ctx context.Context, config plugins.InstanceConfig, socket string) (*Instance, error) {
	reply, err := c.service.Open(ctx, &pb.OpenRequest{Config: fromConfig(config), SessionSocket: []byte(socket)})
	if err != nil {
		return nil, fromStatus(err)
	}
	return &Instance{c.service, reply.GetServesSessions(), reply.GetAbilities()}, nil
}

// An Instance is an instance in another process.
type Instance struct {
	service   pb.RuntimeClient
	sessions  bool
	abilities []string
}

var (
	_ plugins.Partial  = (*Instance)(nil)
	_ plugins.Environ  = (*Instance)(nil)
	_ plugins.LookPath = (*Instance)(nil)
)

// ServesSessions reports whether the plugin serves the session socket.
func (i *Instance) ServesSessions() bool { return i.sessions }

// Abilities implements plugins.Partial.
func (i *Instance) Abilities() []string { return i.abilities }

// Close implements plugins.Instance.
func (i *Instance) Close(ctx context.Context) error {
	_, err := i.service.Close(ctx, new(pb.CloseRequest))
	return fromStatus(err)
}

// Environ implements plugins.Environ.
func (i *Instance) Environ(ctx context.Context) ([]string, error) {
	reply, err := i.service.Environ(ctx, new(pb.EnvironRequest))
	if err != nil {
		return nil, fromStatus(err)
	}
	return toStrings(reply.GetEnv()), nil
}

// LookPath implements plugins.LookPath.
func (i *Instance) LookPath(ctx context.Context, dir plugins.Dir, path, name string) (string, error) {
	reply, err := i.service.LookPath(ctx, &pb.LookPathRequest{Dir: []byte(dir.Path), Path: []byte(path), Name: []byte(name)})
	if err != nil {
		return "", fromStatus(err)
	}
	return string(reply.GetFile()), nil
}
