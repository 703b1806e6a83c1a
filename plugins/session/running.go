package session

import (
	"context"
	"errors"
	"fmt"
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
	s.procs[r.ID] = run
	lost := s.ended
	s.mu.Unlock()
	if lost {
		run.lose()
	}
	// The pump starts when the reply is out: an event before it would be lost.
	return wire.Reply{Body: wire.NewEncoder().Int(int64(p.Pid())), Sent: func() { go s.pump(r, run) }}, nil
}

// pump reports the changes of a process, and goes on when the session is lost:
// the process still has to be waited for.
func (s *oneSession) pump(r *wire.Request, run *running) {
	defer s.server.load.process(-1)
	for {
		status, err := run.Wait(context.Background())
		if err != nil {
			status = plugins.Status{State: plugins.Signalled, Code: int(syscall.SIGKILL)}
		}
		if status.Ended() {
			s.mu.Lock()
			delete(s.procs, r.ID)
			s.mu.Unlock()
		}
		r.Event(encodeStatus(wire.NewEncoder(), status)) // fails only where nobody is left to tell
		if status.Ended() {
			return
		}
	}
}

func (s *oneSession) signal(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := wire.NewDecoder(r.Body)
	id, sig, group := uint32(d.Uint()), int(d.Int()), d.Bool()
	if err := d.End(); err != nil {
		return wire.Reply{}, err
	}
	if sig < 0 || sig > 64 {
		return wire.Reply{}, fmt.Errorf("signal %d: %w", sig, syscall.EINVAL)
	}
	s.mu.Lock()
	run := s.procs[id]
	s.mu.Unlock()
	if run == nil {
		return wire.Reply{}, os.ErrProcessDone
	}
	return wire.Reply{}, run.Signal(ctx, sig, group)
}

// end is called when the connection is gone and no handler runs.
func (s *oneSession) end() {
	s.mu.Lock()
	s.ended = true
	var left []*running
	for _, run := range s.procs {
		left = append(left, run)
	}
	counted := s.counted
	s.mu.Unlock()
	for _, run := range left {
		run.lose()
	}
	if counted {
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
