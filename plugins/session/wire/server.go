package wire

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
)

// A Request is a request as its server sees it. Files that the handler does not
// take are closed after it returns.
type Request struct{ Frame }

// A Reply is what a handler answers. Files stay the handler's. Sent, where it is
// not nil, is called when the reply has been written or could not be.
type Reply struct {
	Body  *Encoder
	Files []int
	Sent  func()
}

// A Handler answers a request of any type. It is called by many goroutines at
// once; ctx ends when the client gives up or is gone.
type Handler func(ctx context.Context, r *Request) (Reply, error)

// Limit bounds the requests that are under way in one server, over all its
// connections: each may hold a thread.
type Limit chan struct{}

// Serve answers the requests on conn until the connection or ctx ends. It
// returns when every handler has returned.
func Serve(ctx context.Context, conn *Conn, limit Limit, handle Handler) error {
	ctx, cancelAll := context.WithCancel(ctx)
	s := &serving{conn: conn, handle: handle, cancels: make(map[uint32]context.CancelFunc)}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err := s.loop(ctx, limit)
	stop()
	cancelAll()
	conn.Close()
	s.busy.Wait()
	return err
}

type serving struct {
	conn   *Conn
	handle Handler
	busy   sync.WaitGroup

	mu      sync.Mutex
	cancels map[uint32]context.CancelFunc
}

func (s *serving) loop(ctx context.Context, limit Limit) error {
	for {
		f, err := s.conn.Receive()
		if err != nil {
			return err
		}
		switch {
		case f.Type == typeCancel:
			s.cancel(f.ID)
			f.Close()
			continue
		case f.Type > LastRequest:
			f.Close()
			return fmt.Errorf("frame of type %d is no request", f.Type)
		}
		select {
		case limit <- struct{}{}:
		default:
			f.Close()
			err := fmt.Errorf("more than %d requests at once: %w", cap(limit), syscall.EAGAIN)
			if err := s.conn.Send(f.ID, typeError, NewEncoder().Error(err)); err != nil {
				return err
			}
			continue
		}
		rctx, cancel := context.WithCancel(ctx)
		s.mu.Lock()
		s.cancels[f.ID] = cancel
		s.mu.Unlock()
		s.busy.Go(func() {
			defer func() { <-limit }()
			s.answer(rctx, &Request{f})
			s.cancel(f.ID)
		})
	}
}

func (s *serving) cancel(id uint32) {
	s.mu.Lock()
	cancel := s.cancels[id]
	delete(s.cancels, id)
	s.mu.Unlock()
	if cancel != nil {
		cancel()
	}
}

func (s *serving) answer(ctx context.Context, r *Request) {
	defer r.Close()
	reply, err := s.handle(ctx, r)
	if err == nil {
		err = s.conn.Send(r.ID, typeReply, reply.Body, reply.Files...)
		if reply.Sent != nil {
			reply.Sent()
		}
		// What the connection refuses is an error of this request; a broken
		// connection takes this message no better.
		if !errors.Is(err, syscall.E2BIG) {
			return
		}
	}
	s.conn.Send(r.ID, typeError, NewEncoder().Error(err))
}
