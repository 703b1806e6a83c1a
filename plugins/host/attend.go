package host

import (
	"context"
	"fmt"
	"os"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
)

// attend ends i when it is idle, asked to, or dead already.
func (h *Host) attend(ctx context.Context, i *instance) {
	idle := make(chan error, 1)
	ictx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { idle <- h.idle(ictx, i) }()
	var gone <-chan struct{}
	if i.plugin != nil {
		gone = i.plugin.gone()
	}
	select {
	case <-ctx.Done():
	case <-gone:
		h.config.Log.Warn("the plugin ended", "instance", i.name, "status", fmt.Sprint(i.plugin.child.cmd.ProcessState))
	case err := <-idle:
		h.config.Log.Info("ending", "instance", i.name, "idle", err == nil)
	}
	h.finish(i)
}

func (h *Host) idle(ctx context.Context, i *instance) error {
	w, err := session.Watch(ctx, i.socket)
	if err != nil {
		return err
	}
	defer w.Hangup()
	if err := w.Idle(ctx, h.config.InstanceIdle); err != nil {
		return err
	}
	return nil
}

// finish ends what is left of i, and removes its traces.
func (h *Host) finish(i *instance) {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	switch {
	case i.plugin != nil:
		if err := i.remote.Close(ctx); err != nil {
			h.config.Log.Debug("close", "instance", i.name, "error", err)
		}
		if i.bridge != nil {
			i.bridge()
		}
		i.plugin.kill()
	default: // a leftover
		if w, err := session.Watch(ctx, i.socket); err == nil {
			w.Close(ctx)
		}
		if !goes(ctx, i.socket) {
			h.config.Log.Warn("a leftover does not end", "instance", i.name)
			h.forget(i)
			return
		}
	}
	os.Remove(i.socket)
	os.RemoveAll(h.statePath(i.name))
	h.forget(i)
}

// goes waits until nobody serves the socket any more. A server that was told to
// end may still answer the next hello.
func goes(ctx context.Context, socket string) bool {
	w, err := session.Watch(ctx, socket)
	if err != nil {
		return session.Gone(err)
	}
	defer w.Hangup()
	select {
	case <-w.Done():
		return true
	case <-ctx.Done():
		return false
	}
}

// terminate ends the instance called name and returns when it is gone.
func (h *Host) terminate(ctx context.Context, name string) error {
	h.mu.Lock()
	i := h.instances[name]
	h.mu.Unlock()
	if i == nil {
		w, err := session.Watch(ctx, paths.Socket(h.dir, name))
		if err != nil {
			return fmt.Errorf("%s does not run", name)
		}
		return w.Close(ctx)
	}
	i.stop()
	select {
	case <-i.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
