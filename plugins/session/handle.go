package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// oneSession is the server's side of one connection.
type oneSession struct {
	server  *Server
	greeted func()

	mu      sync.Mutex
	hello   bool
	counted bool   // it is a session and not a watch
	last    uint64 // name of the newest process
	procs   map[uint64]*running
}

func (s *oneSession) handle(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	if r.Type == opHello {
		return s.greet(ctx, r)
	}
	s.mu.Lock()
	known := s.hello
	s.mu.Unlock()
	if !known {
		return wire.Reply{}, errors.New("the first request must be the hello")
	}
	switch r.Type {
	case opStart:
		return s.start(ctx, r)
	case opWait:
		return s.wait(ctx, r)
	case opSignal:
		return s.signal(ctx, r)
	case opJoin:
		return s.join(ctx, wire.NewEncoder())
	case opLoad:
		l := s.server.Load()
		return wire.Reply{Body: wire.NewEncoder().Uint(uint64(l.Sessions)).Uint(uint64(l.Processes))}, nil
	case opIdle:
		d := wire.NewDecoder(r.Body)
		limit := d.Int()
		if err := d.End(); err != nil {
			return wire.Reply{}, err
		}
		return wire.Reply{}, s.server.load.idle(ctx, duration(limit))
	case opClose:
		err := s.server.instance.Close(ctx)
		return wire.Reply{Sent: func() { s.server.close.Do(func() { close(s.server.closed) }) }}, err
	case opLookPath:
		return s.lookPath(ctx, r)
	}
	return s.file(ctx, r)
}

func (s *oneSession) greet(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := wire.NewDecoder(r.Body)
	protocol, _, purpose := d.Uint(), d.String(), d.Uint()
	if err := d.Err(); err != nil {
		return wire.Reply{}, err
	}
	body := wire.NewEncoder().Uint(Protocol).String(plugins.Version).Strings(plugins.Abilities(s.server.instance))
	if protocol != Protocol {
		return wire.Reply{Body: body}, nil // the client sees that it cannot go on
	}
	if err := s.admit(purpose); err != nil {
		return wire.Reply{}, err
	}
	if purpose == purposeWatch {
		return wire.Reply{Body: body}, nil
	}
	return s.welcome(ctx, body)
}

func (s *oneSession) admit(purpose uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hello {
		return errors.New("a second hello")
	}
	if purpose == purposeSession {
		if err := s.server.load.enter(); err != nil {
			return err
		}
		s.counted = true
	}
	s.hello = true
	s.greeted()
	return nil
}

// welcome adds what a shell asks before its first command.
func (s *oneSession) welcome(ctx context.Context, body *wire.Encoder) (wire.Reply, error) {
	var environ []string
	if e, ok := plugins.As[plugins.Environ](s.server.instance); ok {
		var err error
		if environ, err = e.Environ(ctx); err != nil {
			return wire.Reply{}, fmt.Errorf("cannot tell the instance's environment: %w", err)
		}
	}
	body.Strings(environ)
	if _, ok := plugins.As[plugins.Spawner](s.server.instance); ok {
		return s.join(ctx, body)
	}
	return wire.Reply{Body: body}, nil
}

func (s *oneSession) join(ctx context.Context, body *wire.Encoder) (wire.Reply, error) {
	spawner, ok := plugins.As[plugins.Spawner](s.server.instance)
	if !ok {
		return unsupported("join")
	}
	j, err := spawner.Join(ctx)
	if err != nil {
		return wire.Reply{}, err
	}
	files := encodeJoin(body, j)
	return wire.Reply{Body: body, Files: files, Sent: func() { closeJoin(j) }}, nil
}

func (s *oneSession) lookPath(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	look, ok := plugins.As[plugins.LookPath](s.server.instance)
	if !ok {
		return unsupported("lookpath")
	}
	d := newDecoder(&r.Frame)
	dir, path, name := d.dir(), d.String(), d.String()
	defer closeDir(dir)
	if err := d.end(); err != nil {
		return wire.Reply{}, err
	}
	found, err := look.LookPath(ctx, dir, path, name)
	return wire.Reply{Body: wire.NewEncoder().String(found)}, err
}

// file answers the requests of plugins.FileSystem, which all begin with a
// directory and a name.
func (s *oneSession) file(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	system, ok := plugins.As[plugins.FileSystem](s.server.instance)
	if !ok {
		return unsupported("files")
	}
	d := newDecoder(&r.Frame)
	dir, name := d.dir(), d.String()
	defer closeDir(dir)
	body := wire.NewEncoder()
	switch r.Type {
	case opOpen:
		flags, perm := int(d.Int()), uint32(d.Uint())
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		f, err := system.Open(ctx, dir, name, flags, perm)
		return openedReply(f, err)
	case opOpenDir:
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		f, err := system.OpenDir(ctx, dir, name)
		return openedReply(f, err)
	case opStat:
		follow := d.Bool()
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		st, err := system.Stat(ctx, dir, name, follow)
		encodeStat(body, st)
		return wire.Reply{Body: body}, err
	case opReadDir:
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		list, err := system.ReadDir(ctx, dir, name)
		body.Uint(uint64(len(list)))
		for _, e := range list {
			body.String(e.Name).Uint(uint64(e.Type))
		}
		return wire.Reply{Body: body}, err
	case opReadlink:
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		target, err := system.Readlink(ctx, dir, name)
		return wire.Reply{Body: body.String(target)}, err
	case opAccess:
		mode := uint32(d.Uint())
		if err := d.end(); err != nil {
			return wire.Reply{}, err
		}
		return wire.Reply{}, system.Access(ctx, dir, name, mode)
	}
	return wire.Reply{}, fmt.Errorf("unknown request %d", r.Type)
}

func openedReply(f plugins.File, err error) (wire.Reply, error) {
	if err != nil {
		return wire.Reply{}, err
	}
	if f.Fd() < 0 {
		f.Close()
		return wire.Reply{}, fmt.Errorf("a file without a descriptor on this kernel: %w", syscall.EBADF)
	}
	return wire.Reply{Files: []int{f.Fd()}, Sent: func() { f.Close() }}, nil
}

func unsupported(what string) (wire.Reply, error) {
	return wire.Reply{}, &unsupportedError{what}
}

// An unsupportedError is a request for an ability that the instance lacks.
type unsupportedError struct{ what string }

func (e *unsupportedError) Error() string { return e.what + ": the runtime does not support it" }
func (e *unsupportedError) Unwrap() error { return errors.ErrUnsupported }

func closeDir(d plugins.Dir) {
	if d.File != nil {
		d.File.Close()
	}
}
