// Package server is the host's side of interop: it tells who asks, decides by the
// policy, writes the log, and starts programs of the host for callers that cannot
// start them themselves.
//
// Every connection has a goroutine of its own, and nothing is waited for without a
// limit before its request has arrived, so that no caller stalls another.
package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/audit"
	"github.com/lxsh/lxsh/interop/translate"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// Config is what a server needs. All fields are required.
type Config struct {
	Host   plugins.Instance // where programs are started: runtime local
	Policy func() (*interop.Policy, error)
	Log    *audit.Log

	// Environ is the host's base environment for programs that are started for
	// callers inside. Its PATH is the one that their words are searched with.
	Environ []string

	// Pass gives patterns ([interop.Match]) of variables that callers inside
	// may set for programs of the host, beyond [translate.Harmless].
	Pass func() ([]string, error)

	// InstanceOf names the instance whose programs have that root folder; ""
	// where there is none. It is asked for callers whose name spaces are not
	// the server's own and whose listener does not say.
	InstanceOf func(root os.FileInfo) string
}

// A Source says who connects to a listener.
type Source struct {
	// Instance is the instance (runtime:distro) whose programs reach the
	// listener. Empty: whoever is on this kernel and of this user; a caller in
	// the server's own name spaces is a shell of the user's then.
	Instance string

	// Token, where it is not empty, must come with every request. It is for
	// transports that tell nothing of who connects.
	Token string

	// Paths translates the callers' paths. Nil: by the caller's process, on
	// this kernel.
	Paths translate.Paths
}

// A Server serves any number of listeners.
type Server struct {
	config Config
	path   string // PATH of config.Environ
	boot   string // makes the ids of launches unique across servers
	spaces spaces // of the server itself

	launches atomic.Uint64
	callers  atomic.Int64
	running  atomic.Int64
	busy     sync.WaitGroup
	waiting  waiting
	refusals flood
}

// New returns a Server.
func New(config Config) (*Server, error) {
	own, err := spacesOf("self")
	if err != nil {
		return nil, fmt.Errorf("own name spaces: %w", err)
	}
	s := &Server{config: config, spaces: own, boot: strconv.FormatInt(time.Now().UnixNano(), 36)}
	for _, variable := range config.Environ {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			s.path = value
		}
	}
	return s, nil
}

// Callers is the number of open connections.
func (s *Server) Callers() int { return int(s.callers.Load()) }

// Running is the number of programs that run for callers now.
func (s *Server) Running() int { return int(s.running.Load()) }

// Serve serves the callers that connect to l until ctx ends, and closes l. It
// returns when every connection has ended; programs whose callers are cut off are
// hung up.
func (s *Server) Serve(ctx context.Context, l net.Listener, source Source) error {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer func() {
		cancel()
		stop()
		l.Close()
		s.busy.Wait()
	}()
	pause := time.Duration(0)
	for {
		stream, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				stream.Close()
			}
			return nil
		case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE), errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
			// The caller stays in the queue; those who only sit there make room.
			s.waiting.dropOldest()
			pause = min(2*pause+time.Millisecond, 100*time.Millisecond)
			time.Sleep(pause)
			continue
		case errors.Is(err, syscall.ECONNABORTED):
			continue
		case err != nil:
			return err
		}
		pause = 0
		s.busy.Go(func() {
			defer context.AfterFunc(ctx, func() { stream.Close() })()
			s.serve(stream, source)
		})
	}
}

// requestLimit is how long a caller may take to say what it wants.
const requestLimit = 10 * time.Second

func (s *Server) serve(stream net.Conn, source Source) {
	s.callers.Add(1)
	defer s.callers.Add(-1)
	conn := wire.NewConn(stream)
	defer conn.Close()
	s.waiting.add(stream)
	defer s.waiting.remove(stream)
	caller, err := s.identify(stream, source)
	if err != nil {
		s.turnAway(conn, err)
		return
	}
	defer caller.close()
	conn.SetDeadline(time.Now().Add(requestLimit))
	conn.AcceptFiles()
	defer func() { closeAll(conn.TakeFiles()) }() // of a request that was none
	if err := conn.ReceiveHello(); err != nil {
		if version := new(wire.VersionError); errors.As(err, &version) {
			s.turnAway(conn, err)
		}
		return
	}
	conn.Queue() // our hello, before the first answer
	for {
		m, err := conn.Receive()
		if err != nil {
			return
		}
		s.waiting.remove(stream)
		conn.SetDeadline(time.Time{})
		switch m := m.(type) {
		case *wire.Run:
			s.run(conn, caller, m)
			return
		case *wire.Authorise:
			err = s.authorise(conn, caller, m)
		case *wire.Started, *wire.Ended:
			err = caller.report(m)
		default:
			return
		}
		if err != nil {
			return
		}
	}
}

// turnAway answers a caller whose request is not even read.
func (s *Server) turnAway(conn *wire.Conn, err error) {
	conn.SetDeadline(time.Now().Add(time.Second))
	conn.Queue()
	conn.Send(&wire.Refused{Why: wire.Cannot, Name: "interop", Reason: err.Error()})
}
