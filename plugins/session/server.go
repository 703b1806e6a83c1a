package session

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// maxRequests bounds what one server does at once: an open of a FIFO holds a
// thread, and a Go program ends at ten thousand of them.
const maxRequests = 2048

// A Server serves one instance to any number of sessions.
type Server struct {
	instance plugins.Instance
	limit    wire.Limit
	load     tracker
	closed   chan struct{}
	close    sync.Once
}

// A Counter is an instance that runs commands of which its server does not know,
// such as the ones that a Spawner's callers start.
type Counter interface {
	// Processes is the number of commands that run in the instance now and
	// keep it from being idle.
	Processes() int
}

// NewServer returns a server of inst.
func NewServer(inst plugins.Instance) *Server {
	s := &Server{instance: inst, limit: make(wire.Limit, maxRequests), closed: make(chan struct{})}
	s.load.change = make(chan struct{})
	if c, ok := inst.(Counter); ok {
		s.load.counter = c
	}
	return s
}

// Serve accepts sessions on l until ctx ends or l is closed, and returns when
// all sessions have ended. It does not close the instance.
func (s *Server) Serve(ctx context.Context, l *net.UnixListener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer context.AfterFunc(ctx, func() { l.Close() })()
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer cancel()
	for {
		nc, err := l.AcceptUnix()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			if isTemporary(err) {
				// Descriptors or memory ran out; a session that ends brings some.
				select {
				case <-time.After(50 * time.Millisecond):
				case <-ctx.Done():
				}
				continue
			}
			return fmt.Errorf("cannot accept sessions: %w", err)
		}
		conn, err := accepted(nc)
		if err != nil {
			nc.Close()
			continue
		}
		sessions.Go(func() { s.serve(ctx, conn) })
	}
}

// Closed is closed when a client has closed the instance.
func (s *Server) Closed() <-chan struct{} { return s.closed }

// Load tells what the server is doing.
func (s *Server) Load() Load { return s.load.now() }

func isTemporary(err error) bool {
	var ne interface{ Temporary() bool }
	return errors.As(err, &ne) && ne.Temporary()
}

// accepted lets in this user alone. The folder of the socket is closed to all
// others; this holds where somebody opened it.
func accepted(nc *net.UnixConn) (*wire.Conn, error) {
	conn, err := wire.New(nc)
	if err != nil {
		return nil, err
	}
	peer, err := conn.Peer()
	if err != nil {
		return nil, err
	}
	if int(peer.Uid) != os.Geteuid() {
		return nil, fmt.Errorf("session of user %d refused", peer.Uid)
	}
	return conn, nil
}

func (s *Server) serve(ctx context.Context, conn *wire.Conn) {
	one := &oneSession{server: s, procs: make(map[uint64]*running)}
	// A connection that never says who it is holds nothing but itself.
	silent := time.AfterFunc(helloLimit, func() { conn.Close() })
	one.greeted = func() { silent.Stop() }
	wire.Serve(ctx, conn, s.limit, one.handle)
	silent.Stop()
	one.end()
}
