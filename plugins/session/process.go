package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// process is a command that runs in the instance's own process tree.
type process struct {
	client *Client
	id     uint64 // the server's name for it
	pid    int
	turn   chan struct{}                  // one waits at a time
	end    atomic.Pointer[plugins.Status] // nil: it runs, as far as is known
}

var _ plugins.Process = (*process)(nil)

func (c *Client) startRemote(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	e := newEncoder()
	if err := e.command(cmd); err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	f, err := c.Call(ctx, opStart, e.Encoder, e.files...)
	if err != nil {
		var start *plugins.StartError
		if !errors.As(err, &start) {
			err = &plugins.StartError{Name: cmd.Name, Err: err}
		}
		return nil, err
	}
	defer f.Close()
	d := wire.NewDecoder(f.Body)
	p := &process{client: c, id: d.Uint(), pid: int(d.Int()), turn: make(chan struct{}, 1)}
	if err := d.End(); err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	return p, nil
}

func (p *process) Pid() int { return p.pid }

func (p *process) Wait(ctx context.Context) (plugins.Status, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return plugins.Status{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	if end := p.end.Load(); end != nil {
		return *end, nil
	}
	f, err := p.client.Call(ctx, opWait, wire.NewEncoder().Uint(p.id))
	if err != nil {
		if errors.Is(err, wire.ErrLost) {
			err = fmt.Errorf("the instance has ended: %w", err)
		}
		return plugins.Status{}, err
	}
	defer f.Close()
	d := wire.NewDecoder(f.Body)
	status := decodeStatus(d)
	if d.End() != nil || status.State < plugins.Exited || status.State > plugins.Continued {
		return plugins.Status{}, wire.ErrMalformed
	}
	if status.Ended() {
		p.end.Store(&status)
	}
	return status, nil
}

func (p *process) Signal(ctx context.Context, sig int, group bool) error {
	if p.end.Load() != nil {
		return os.ErrProcessDone
	}
	f, err := p.client.Call(ctx, opSignal, wire.NewEncoder().Uint(p.id).Int(int64(sig)).Bool(group))
	if err == nil {
		f.Close()
	}
	return err
}
