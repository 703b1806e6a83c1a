package server

import (
	"context"
	"sync"
	"syscall"

	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// A session is one program and its caller, from Accepted to the end.
type session struct {
	conn    *wire.Conn
	process plugins.Process
	streams *streams

	mu    sync.Mutex
	ended bool
}

// run returns the program's last status. A caller that goes first hangs the
// program up, which is waited for all the same.
func (s *session) run(accepted *wire.Accepted) plugins.Status {
	if s.conn.Send(accepted) == nil {
		s.streams.run()
	}
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		s.listen()
		s.hangUp()
	}()
	for {
		// A thread a program, as wait4(2) wants it.
		status, err := s.process.Wait(context.Background())
		if err != nil {
			status = plugins.Status{State: plugins.Signalled, Code: int(syscall.SIGKILL)}
		}
		switch {
		case status.Ended():
			s.mu.Lock()
			s.ended = true
			s.mu.Unlock()
			s.streams.finish()
		case status.State == plugins.Stopped:
			s.streams.settle()
		}
		s.conn.Send(&wire.Changed{Status: status}) // a lost caller is listen's matter
		if status.Ended() {
			s.conn.Close()
			<-listening
			return status
		}
	}
}

// listen serves what the caller sends until it is gone or sends what it must not.
func (s *session) listen() {
	for {
		m, err := s.conn.Receive()
		if err != nil {
			return
		}
		switch m := m.(type) {
		case *wire.Signal:
			s.signal(m.Number)
		case *wire.Data:
			err = s.streams.data(m)
		case *wire.Taken:
			err = s.streams.taken(m)
		case *wire.Finish:
			err = s.streams.ended(m.Stream)
		default:
			return
		}
		if err != nil {
			return
		}
	}
}

// signal goes to the whole group; one that does not arrive any more is no error.
func (s *session) signal(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.process.Signal(context.Background(), number, true)
	}
}

// hangUp is what a terminal does to its programs when it goes (POSIX XBD 11.1.10).
// A stopped one cannot take the signal before it goes on.
func (s *session) hangUp() {
	s.signal(int(syscall.SIGHUP))
	s.signal(int(syscall.SIGCONT))
	s.streams.abandon()
}
