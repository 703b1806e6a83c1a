// Package places tells a shell where instances and the host are.
package places

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/config"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/runtimes/distro/names"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/route"
)

// Places opens instances through lxshd, and the way to the host through the
// interop plugin.
type Places struct{}

var _ route.Places = Places{}

// defaultRuntime runs a distro for which no runtime is named anywhere.
const defaultRuntime = "translator"

// Default implements route.Places. Whether there are such a runtime and distro is
// left to Open: that an instance of them runs is answer enough.
func (Places) Default(runtime, distro string) (string, string, error) {
	asked := runtime != "" || distro != ""
	if distro == "" {
		store, err := names.Store()
		if err != nil {
			return "", "", err
		}
		if distro, err = names.Default(store); err != nil {
			return "", "", err
		}
		if distro == "" && !asked {
			return local.Name, "", nil
		}
	}
	if runtime == "" {
		c, err := config.Load()
		if err != nil {
			return "", "", err
		}
		runtime = c.Runtime
		if runtime == local.Name && !asked {
			return local.Name, "", nil
		}
		if runtime == "" || runtime == local.Name {
			runtime = defaultRuntime
		}
	}
	if distro != "" {
		return runtime, distro, names.Check(distro)
	}
	if _, err := paths.FindRuntime(runtime); err != nil {
		return "", "", err
	}
	return "", "", errors.New("no distro is installed (lxsh --install base)")
}

// Check implements route.Places.
func (Places) Check(runtime, distro string) error {
	if runtime != "" {
		if _, err := paths.FindRuntime(runtime); err != nil {
			return err
		}
	}
	if distro == "" {
		return nil
	}
	store, err := names.Store()
	if err != nil {
		return err
	}
	return names.Find(store, distro)
}

// Open implements route.Places.
func (Places) Open(ctx context.Context, runtime, distro string) (plugins.Instance, error) {
	return attach.Connect(ctx, runtime, distro)
}

// Host implements route.Places.
// Host implements route.Places. The socket of the interop plugin has a known place,
// and lxshd is asked only where nobody serves it.
func (Places) Host(context.Context) (route.Host, error) {
	dir, err := paths.Runtime()
	if err != nil {
		return nil, err
	}
	return host{client.New("unix:" + paths.Socket(dir, paths.InteropSocket))}, nil
}

// host asks the interop server for the route.
type host struct{ c *client.Client }

// A plugin that has just died may be taken for a running one by lxshd, for a
// moment.
const (
	maxAttempts = 3
	pause       = 20 * time.Millisecond
)

func (h host) Authorise(ctx context.Context, r route.HostRequest) (route.HostGrant, error) {
	g, err := h.ask(ctx, r)
	for range maxAttempts {
		if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, fs.ErrNotExist) {
			break
		}
		if _, err := attach.Interop(ctx); err != nil {
			return nil, err
		}
		if g, err = h.ask(ctx, r); err != nil {
			time.Sleep(pause)
		}
	}
	if refused := new(wire.Refused); errors.As(err, &refused) {
		err = &plugins.StartError{Name: r.Name, Err: refusal{refused}}
	}
	if err != nil {
		return nil, err
	}
	return grant{g}, nil
}

func (h host) ask(ctx context.Context, r route.HostRequest) (*client.Grant, error) {
	ask := h.c.Authorise
	if r.Explain {
		ask = h.c.Explain
	}
	return ask(ctx, client.Request{
		Name: r.Name, Argv: r.Argv, Path: r.Path, Dir: r.Dir, Instance: r.Instance, Confirm: r.Confirm,
	})
}

// A refusal is one whose command is named by who tells it.
type refusal struct{ *wire.Refused }

func (r refusal) Error() string { return r.Reason }
func (r refusal) Unwrap() error { return r.Refused }

type grant struct{ *client.Grant }

func (g grant) Path() string { return g.Grant.Path }
func (g grant) Rule() string { return g.Grant.Rule }

// The log of a launch is best effort once it was allowed: the server wrote the
// line before, and a lost end is no reason to disturb the user.
func (g grant) Started(pid int)        { _ = g.Grant.Started(pid) }
func (g grant) Ended(s plugins.Status) { _ = g.Grant.Ended(s) }
