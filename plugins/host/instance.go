package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/rpc"
	"github.com/lxsh/lxsh/plugins/session"
)

// The limits of what a plugin does.
const (
	openLimit  = 2 * time.Minute // a VM boots under emulation, and may fetch its kernel
	closeLimit = 15 * time.Second
)

// An instance is one plugin process that runs, or is about to.
type instance struct {
	name   string
	socket string
	since  time.Time
	opened chan struct{} // closed when it runs, or err says why not
	err    error
	stop   context.CancelFunc // ends it
	gone   chan struct{}      // closed when nothing of it is left

	// Valid once opened is closed without err.
	plugin *plugin
	remote *rpc.Instance
	bridge func() // ends the sessions that lxshd serves for it
}

// open returns the session socket of the instance, which it starts if need be.
func (h *Host) open(ctx context.Context, r control.OpenRequest) (string, error) {
	name := r.Name()
	for {
		h.mu.Lock()
		i := h.instances[name]
		if i == nil {
			i = h.begin(name, r)
		}
		h.mu.Unlock()
		select {
		case <-i.opened:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if i.err != nil {
			return "", i.err
		}
		// It may be on its way out; then it is waited for and started anew.
		c, err := session.Dial(ctx, i.socket)
		if err == nil {
			c.Hangup()
			return i.socket, nil
		}
		if !session.Gone(err) {
			return "", err
		}
		i.stop()
		select {
		case <-i.gone:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// begin puts a new instance into the table and starts it on its own time: the
// shell that asked may go, and others wait for the same.
func (h *Host) begin(name string, r control.OpenRequest) *instance {
	ctx, stop := context.WithCancel(context.Background())
	i := &instance{name: name, socket: paths.Socket(h.dir, name), since: time.Now(),
		opened: make(chan struct{}), stop: stop, gone: make(chan struct{})}
	h.instances[name] = i
	go func() {
		i.err = h.start(ctx, i, r)
		if i.err != nil {
			h.config.Log.Warn("cannot start", "instance", name, "error", i.err)
			h.forget(i)
			close(i.opened)
			return
		}
		h.config.Log.Info("started", "instance", name)
		close(i.opened)
		// Programs inside can use the interop socket but start nothing.
		if _, err := h.openInterop(ctx); err != nil {
			h.config.Log.Warn("no way to the host from inside", "instance", name, "error", err)
		}
		h.attend(ctx, i)
	}()
	return i
}

func (h *Host) forget(i *instance) {
	h.mu.Lock()
	if h.instances[i.name] == i {
		delete(h.instances, i.name)
	}
	h.mu.Unlock()
	i.stop()
	close(i.gone)
}

// start returns when i can be used. A leftover of a lxshd that died is used as it
// is: it holds the instance's lock.
func (h *Host) start(ctx context.Context, i *instance, r control.OpenRequest) error {
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	if w, err := session.Watch(ctx, i.socket); err == nil {
		w.Hangup()
		return nil
	}
	path, err := paths.FindRuntime(r.Runtime)
	if err != nil {
		return err
	}
	config, err := h.resolve(ctx, r)
	if err != nil {
		return err
	}
	p, err := h.launch(path, rpc.RuntimeService)
	if err == nil {
		if err = h.openIn(ctx, i, p, config); err != nil {
			p.kill()
		}
	}
	if err != nil {
		os.RemoveAll(config.State)
	}
	return err
}

func (h *Host) resolve(ctx context.Context, r control.OpenRequest) (plugins.InstanceConfig, error) {
	config, err := h.config.Resolve(ctx, r)
	if err != nil {
		return config, err
	}
	config.Runtime = r.Runtime
	if config.State == "" {
		config.State = h.statePath(r.Name())
		if err := os.RemoveAll(config.State); err != nil {
			return config, fmt.Errorf("cannot empty the instance's folder: %w", err)
		}
		_, err = paths.Make(config.State)
	}
	return config, err
}

func (h *Host) statePath(name string) string { return filepath.Join(h.dir, name+control.StateSuffix) }

// openIn opens the instance in its plugin. Where the plugin leaves the sessions
// to lxshd, they are served here, under the instance's lock.
func (h *Host) openIn(ctx context.Context, i *instance, p *plugin, config plugins.InstanceConfig) error {
	client, ok := p.service.(*rpc.Client)
	if !ok {
		return p.fault("does not start", fmt.Errorf("its service is %T", p.service))
	}
	remote, err := client.OpenAt(ctx, config, i.socket)
	if err != nil {
		return h.openError(ctx, p, err)
	}
	i.plugin, i.remote = p, remote
	if remote.ServesSessions() {
		return nil
	}
	return h.serveFor(ctx, i)
}

// openError tells a runtime that cannot from a plugin that is broken.
func (h *Host) openError(ctx context.Context, p *plugin, err error) error {
	var lost *rpc.LostError
	switch {
	case errors.As(err, &lost):
		select {
		case <-p.gone():
			return p.fault("died while it opened the instance", fmt.Errorf("%v", p.child.cmd.ProcessState))
		case <-time.After(time.Second):
			return p.fault("broke its connection", err)
		}
	case ctx.Err() != nil:
		return p.fault("did not open the instance in time", ctx.Err())
	}
	return err
}

func (h *Host) serveFor(ctx context.Context, i *instance) error {
	path, err := paths.InstanceLock(i.name)
	if err != nil {
		return err
	}
	lock, err := flock(ctx, path)
	if err != nil {
		return err
	}
	l, err := session.Listen(i.socket)
	if err != nil {
		lock.Close()
		return err
	}
	sctx, stop := context.WithCancel(context.Background())
	served := make(chan struct{})
	server := session.NewServer(i.remote)
	go func() {
		defer close(served)
		server.Serve(sctx, l)
	}()
	go func() {
		select {
		case <-server.Closed():
			i.stop()
		case <-served:
		}
	}()
	i.bridge = func() {
		stop()
		<-served
		lock.Close()
	}
	return nil
}
