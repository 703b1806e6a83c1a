package rpc_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/conformance"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
	"github.com/lxsh/lxsh/plugins/rpc"
	"github.com/lxsh/lxsh/runtimes/local"
)

// remote is runtime local at the other end of a gRPC connection.
func remote(t *testing.T) *rpc.Client {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	pb.RegisterRuntimeServer(server, rpc.NewServer(local.Runtime{}, nil))
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	conn, err := grpc.NewClient("unix:"+path, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := goleak.Find(); err != nil {
			t.Error(err)
		}
	})
	return rpc.NewClient(conn)
}

func TestConformance(t *testing.T) {
	client := remote(t)
	conformance.Run(t, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			return client.Open(ctx, plugins.InstanceConfig{Runtime: "local"})
		},
		Abilities: []string{plugins.AbilityEnviron, plugins.AbilityLookPath},
		Shared:    t.TempDir(),
		Eternal:   true,
		Without: map[string]string{
			"file-terminal":    "a terminal beyond 0, 1 and 2 is read and written",
			"fd-sparse":        "a descriptor beyond 2 is read and written",
			"fd-closed-output": "a descriptor beyond 2 is read and written",
		},
	})
}
