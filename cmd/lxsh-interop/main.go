// Lxsh-interop is the way to the host: the interop plugin that lxshd starts, and
// the same server by hand:
//
//	lxsh-interop serve --socket ADDRESS [--instance RUNTIME:DISTRO]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/interop/transport"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/sdk"
)

func main() {
	if len(os.Args) == 1 {
		sdk.ServeInterop(&plugin{})
	}
	os.Exit(run(os.Args[1:], os.Stderr))
}

const usage = "usage: lxsh-interop serve --socket ADDRESS [--instance RUNTIME:DISTRO]\n"

func run(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet("lxsh-interop", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	socket := flags.String("socket", "", "")
	instance := flags.String("instance", "", "")
	if len(args) < 1 || args[0] != "serve" || flags.Parse(args[1:]) != nil || *socket == "" || flags.NArg() > 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := serve(ctx, *socket, server.Source{Instance: *instance}); err != nil {
		fmt.Fprintf(stderr, "lxsh-interop: %v\n", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, socket string, source server.Source) error {
	address, err := transport.Parse(socket)
	if err != nil {
		return err
	}
	config, err := paths.Config()
	if err != nil {
		return err
	}
	s, err := assemble(ctx, filepath.Join(config, "config.toml"))
	if err != nil {
		return err
	}
	listener, err := transport.Listen(address)
	if err != nil {
		return err
	}
	return s.Serve(ctx, listener, source)
}
