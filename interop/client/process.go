package client

import (
	"context"
	"errors"
	"os"
	"sync"

	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// ErrLost is the end of a server in the middle of a program, which is hung up
// then.
var ErrLost = errors.New("the interop server is gone")

// A Process is a program that the server started for us.
type Process struct {
	conn     *wire.Conn
	accepted *wire.Accepted
	streams  *streams
	done     chan struct{} // closed when receive has returned

	mu      sync.Mutex
	changes []plugins.Status
	changed chan struct{} // one token when changes or err is new
	last    plugins.Status
	err     error
}

var _ plugins.Process = (*Process)(nil)

func newProcess(conn *wire.Conn, accepted *wire.Accepted, streams *streams) *Process {
	p := &Process{conn: conn, accepted: accepted, streams: streams, done: make(chan struct{}), changed: make(chan struct{}, 1)}
	if streams != nil {
		streams.run()
	}
	go p.receive()
	return p
}

// Pid is the program's number on the host.
func (p *Process) Pid() int { return p.accepted.Pid }

// Rule is the rule that allowed the program.
func (p *Process) Rule() string { return p.accepted.Rule }

// Dropped are the variables that were named in LXENV and not passed on.
func (p *Process) Dropped() []string { return p.accepted.Dropped }

// Close hangs the program up if it still runs, and returns when nothing of this
// side is left.
func (p *Process) Close() error {
	err := p.conn.Close()
	<-p.done
	return err
}

func (p *Process) receive() {
	defer close(p.done)
	err := p.dispatch()
	p.conn.Close() // ends what the streams' goroutines wait for
	if p.streams != nil {
		p.streams.finish()
	}
	if err == nil {
		return
	}
	p.mu.Lock()
	p.err = ErrLost // err is how that shows: an end of the stream, or a reset
	p.mu.Unlock()
	p.announce()
}

// dispatch hands out what the server sends until the program has ended.
func (p *Process) dispatch() error {
	for {
		m, err := p.conn.Receive()
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case *wire.Changed:
			// What the program wrote is written before its end or stop is told.
			switch {
			case p.streams == nil:
			case m.Status.Ended():
				p.streams.finish()
			case m.Status.State == plugins.Stopped:
				p.streams.settle()
			}
			p.mu.Lock()
			p.changes = append(p.changes, m.Status)
			p.mu.Unlock()
			p.announce()
			if m.Status.Ended() {
				return nil
			}
		case *wire.Data, *wire.Taken, *wire.Finish:
			if p.streams == nil {
				return errors.New("bytes of a stream that nobody asked for")
			}
			if err := p.streams.receive(m); err != nil {
				return err
			}
		default:
			return errors.New("the message makes no sense here")
		}
	}
}

func (p *Process) announce() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Wait returns the next change of state. One goroutine at a time may wait.
func (p *Process) Wait(ctx context.Context) (plugins.Status, error) {
	for {
		p.mu.Lock()
		if len(p.changes) > 0 {
			p.last, p.changes = p.changes[0], p.changes[1:]
			p.mu.Unlock()
			return p.last, nil
		}
		last, err := p.last, p.err
		p.mu.Unlock()
		switch {
		case last.Ended():
			return last, nil
		case err != nil:
			return plugins.Status{}, err
		}
		select {
		case <-p.changed:
		case <-ctx.Done():
			return plugins.Status{}, ctx.Err()
		}
	}
}

// Signal sends sig to the program's whole group, whatever group says: the group
// is the program's own.
func (p *Process) Signal(_ context.Context, sig int, _ bool) error {
	select {
	case <-p.done:
		return os.ErrProcessDone
	default:
		return p.conn.Send(&wire.Signal{Number: sig})
	}
}
