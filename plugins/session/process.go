package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// process is a command that runs in the instance's own process tree.
type process struct {
	client *Client
	id     uint32 // of the start
	pid    int

	mu     sync.Mutex
	status plugins.Status // the newest one
	fresh  bool           // nobody has waited for it yet
	err    error          // the session was lost before the end
	change chan struct{}  // closed and replaced at every change
}

var _ plugins.Process = (*process)(nil)

func (c *Client) startRemote(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	e := newEncoder()
	if err := e.command(cmd); err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	p := &process{client: c, change: make(chan struct{})}
	f, id, err := c.CallEvents(ctx, opStart, e.Encoder, p.event, e.files...)
	if err != nil {
		var start *plugins.StartError
		if !errors.As(err, &start) {
			err = &plugins.StartError{Name: cmd.Name, Err: err}
		}
		return nil, err
	}
	defer f.Close()
	d := wire.NewDecoder(f.Body)
	p.id, p.pid = id, int(d.Int())
	if err := d.End(); err != nil {
		c.Forget(id)
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	return p, nil
}

// event takes the place of a state that nobody has waited for, as the kernel's
// own wait does; nothing comes after the end.
func (p *process) event(f *wire.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.status.Ended() || p.err != nil {
		return
	}
	if f == nil {
		p.err = fmt.Errorf("the instance has ended: %w", wire.ErrLost)
	} else {
		d := wire.NewDecoder(f.Body)
		f.Close()
		status := decodeStatus(d)
		if d.End() != nil || status.State < plugins.Exited || status.State > plugins.Continued {
			p.err = wire.ErrMalformed
		} else {
			p.status, p.fresh = status, true
		}
	}
	close(p.change)
	p.change = make(chan struct{})
}

func (p *process) Pid() int { return p.pid }

func (p *process) Wait(ctx context.Context) (plugins.Status, error) {
	for {
		p.mu.Lock()
		status, fresh, err, change := p.status, p.fresh, p.err, p.change
		p.fresh = false
		p.mu.Unlock()
		switch {
		case status.Ended():
			p.client.Forget(p.id)
			return status, nil
		case fresh:
			return status, nil
		case err != nil:
			return plugins.Status{}, err
		}
		select {
		case <-change:
		case <-ctx.Done():
			return plugins.Status{}, ctx.Err()
		}
	}
}

func (p *process) Signal(ctx context.Context, sig int, group bool) error {
	p.mu.Lock()
	ended := p.status.Ended()
	p.mu.Unlock()
	if ended {
		return os.ErrProcessDone
	}
	f, err := p.client.Call(ctx, opSignal, wire.NewEncoder().Uint(uint64(p.id)).Int(int64(sig)).Bool(group))
	if err == nil {
		f.Close()
	}
	return err
}
