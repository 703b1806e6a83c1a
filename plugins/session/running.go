package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// running is a process that was started over the wire.
type running struct {
	plugins.Process
	hangup bool
	leader bool
}

func (s *oneSession) start(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := newDecoder(&r.Frame)
	cmd := d.command()
	defer closeCommand(cmd)
	if err := d.end(); err != nil {
		return wire.Reply{}, err
	}
	p, err := s.server.instance.Start(ctx, cmd)
	if err != nil {
		return wire.Reply{}, err
	}
	run := &running{p, cmd.Hangup, cmd.Group == plugins.GroupNew}
	s.server.load.process(1)
	s.mu.Lock()
	s.last++
	id := s.last
	s.procs[id] = run
	s.mu.Unlock()
	return wire.Reply{Body: wire.NewEncoder().Uint(id).Int(int64(p.Pid()))}, nil
}

func (s *oneSession) wait(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := wire.NewDecoder(r.Body)
	id := d.Uint()
	if err := d.End(); err != nil {
		return wire.Reply{}, err
	}
	run := s.process(id)
	if run == nil {
		return wire.Reply{}, os.ErrProcessDone
	}
	status, err := run.Wait(ctx)
	if err != nil {
		return wire.Reply{}, err
	}
	if status.Ended() {
		s.forget(id)
	}
	return wire.Reply{Body: encodeStatus(wire.NewEncoder(), status)}, nil
}

func (s *oneSession) process(id uint64) *running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.procs[id]
}

func (s *oneSession) forget(id uint64) {
	s.mu.Lock()
	_, known := s.procs[id]
	delete(s.procs, id)
	s.mu.Unlock()
	if known {
		s.server.load.process(-1)
	}
}

func (s *oneSession) signal(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := wire.NewDecoder(r.Body)
	id, sig, group := d.Uint(), int(d.Int()), d.Bool()
	if err := d.End(); err != nil {
		return wire.Reply{}, err
	}
	if sig < 0 || sig > 64 {
		return wire.Reply{}, fmt.Errorf("signal %d: %w", sig, syscall.EINVAL)
	}
	run := s.process(id)
	if run == nil {
		return wire.Reply{}, os.ErrProcessDone
	}
	return wire.Reply{}, run.Signal(ctx, sig, group)
}

// end is called when the connection is gone and no handler runs. What the
// session started is waited for here, since nobody else does.
func (s *oneSession) end() {
	s.mu.Lock()
	left := maps.Clone(s.procs) // those below remove themselves
	s.mu.Unlock()
	for id, run := range left {
		go func() {
			run.lose()
			for {
				status, err := run.Wait(context.Background())
				if err != nil || status.Ended() {
					s.forget(id)
					return
				}
			}
		}()
	}
	if s.counted {
		s.server.load.leave()
	}
}

// loseLimit bounds the signals to the processes of a lost session.
const loseLimit = 5 * time.Second

func (run *running) lose() {
	if !run.hangup {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), loseLimit)
	defer cancel()
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGCONT} {
		if err := run.Signal(ctx, int(sig), run.leader); errors.Is(err, os.ErrProcessDone) {
			return
		}
	}
}

// duration bounds a time that came over the wire.
func duration(ns int64) time.Duration {
	return min(max(time.Duration(ns), 0), 365*24*time.Hour)
}
