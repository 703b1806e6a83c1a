package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/config"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/shell/route"
)

// places opens instances through lxshd, and the way to the host through the
// interop plugin.
type places struct{}

var _ route.Places = places{}

// defaultRuntime runs a distro for which no runtime is named anywhere.
const defaultRuntime = "translator"

func (places) Default(runtime, name string) (string, string, error) {
	store, err := distro.Open()
	if err != nil {
		return "", "", err
	}
	asked := runtime != "" || name != ""
	if name == "" {
		if name, err = store.Default(); err != nil {
			return "", "", err
		}
		if name == "" && !asked {
			return "local", "", nil
		}
	}
	if runtime == "" {
		c, err := config.Load()
		if err != nil {
			return "", "", err
		}
		runtime = c.Runtime
		if runtime == "local" && !asked {
			return "local", "", nil
		}
		if runtime == "" || runtime == "local" {
			runtime = defaultRuntime
		}
	}
	if known := append([]string{"local"}, paths.Runtimes()...); !slices.Contains(known, runtime) {
		return "", "", fmt.Errorf("unknown runtime %s (known: %s)", runtime, strings.Join(known, ", "))
	}
	if name == "" {
		return "", "", errors.New("no distro is installed (lxsh --install base)")
	}
	if _, err := store.Get(name); err != nil {
		return "", "", err
	}
	return runtime, name, nil
}

func (places) Open(ctx context.Context, runtime, distro string) (plugins.Instance, error) {
	return attach.Connect(ctx, runtime, distro)
}

func (places) Host(ctx context.Context) (route.Host, error) {
	socket, err := attach.Interop(ctx)
	if err != nil {
		return nil, err
	}
	return host{client.New("unix:" + socket)}, nil
}

// host asks the interop server for the route.
type host struct{ c *client.Client }

func (h host) Authorise(ctx context.Context, r route.HostRequest) (route.HostGrant, error) {
	ask := h.c.Authorise
	if r.Explain {
		ask = h.c.Explain
	}
	g, err := ask(ctx, client.Request{
		Name: r.Name, Argv: r.Argv, Path: r.Path, Dir: r.Dir, Instance: r.Instance, Confirm: r.Confirm,
	})
	var refused *wire.Refused
	if errors.As(err, &refused) {
		err = &plugins.StartError{Name: r.Name, Err: err}
	}
	if err != nil {
		return nil, err
	}
	return grant{g}, nil
}

type grant struct{ *client.Grant }

func (g grant) Path() string { return g.Grant.Path }
func (g grant) Rule() string { return g.Grant.Rule }

// The log of a launch is best effort once it was allowed: the server wrote the
// line before, and a lost end is no reason to disturb the user.
func (g grant) Started(pid int)        { _ = g.Grant.Started(pid) }
func (g grant) Ended(s plugins.Status) { _ = g.Grant.Ended(s) }
