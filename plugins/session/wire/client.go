package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// A Client makes requests on a connection, any number at once.
type Client struct {
	conn *Conn
	done chan struct{} // closed when the connection is gone
	end  sync.WaitGroup

	mu    sync.Mutex
	last  uint32
	calls map[uint32]*call
	err   error // why done is closed
}

type call struct {
	reply chan *Frame
	event func(*Frame) // nil: none are expected
}

// NewClient takes over conn.
func NewClient(conn *Conn) *Client {
	c := &Client{conn: conn, done: make(chan struct{}), calls: make(map[uint32]*call)}
	c.end.Go(c.receive)
	return c
}

// Close ends the connection and everything that is under way on it.
func (c *Client) Close() error {
	err := c.conn.Close()
	c.end.Wait()
	return err
}

// Done is closed when the connection is gone.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err says why the connection is gone.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// cancelLimit is how long a server may take to answer a cancelled request.
const cancelLimit = 5 * time.Second

// Call sends a request and waits for its reply, whose files are the caller's.
// When ctx ends the server is asked to give up, and whatever it then answers
// counts: a request that was carried out is not reported as cancelled.
func (c *Client) Call(ctx context.Context, typ uint8, body *Encoder, files ...int) (*Frame, error) {
	f, _, err := c.CallEvents(ctx, typ, body, nil, files...)
	return f, err
}

// CallEvents is Call for a request after whose reply events follow. They are
// given to event in order, by the goroutine that receives everything; a nil
// frame, the last, stands for the loss of the connection. [Client.Forget] ends
// them.
func (c *Client) CallEvents(ctx context.Context, typ uint8, body *Encoder, event func(*Frame), files ...int) (*Frame, uint32, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	k := &call{reply: make(chan *Frame, 1), event: event}
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return nil, 0, c.err
	}
	c.last++
	id := c.last
	c.calls[id] = k
	c.mu.Unlock()

	if err := c.conn.Send(id, typ, body, files...); err != nil {
		c.Forget(id)
		return nil, 0, err
	}
	f, err := c.await(ctx, id, k)
	if err == nil && f.Type == typeError {
		d := NewDecoder(f.Body)
		f.Close()
		err = d.Error()
	}
	if err != nil {
		c.Forget(id)
		return nil, 0, err
	}
	return f, id, nil
}

func (c *Client) await(ctx context.Context, id uint32, k *call) (*Frame, error) {
	select {
	case f := <-k.reply:
		return f, nil
	case <-c.done:
		return c.lost(k)
	case <-ctx.Done():
	}
	if err := c.conn.Send(id, typeCancel, nil); err != nil {
		return nil, ctx.Err()
	}
	limit := time.NewTimer(cancelLimit)
	defer limit.Stop()
	select {
	case f := <-k.reply:
		return f, nil
	case <-c.done:
		return c.lost(k)
	case <-limit.C:
		return nil, ctx.Err()
	}
}

// lost prefers a reply that arrived just before the connection went.
func (c *Client) lost(k *call) (*Frame, error) {
	select {
	case f := <-k.reply:
		return f, nil
	default:
		return nil, c.Err()
	}
}

// Forget drops the request with that id: what arrives for it is thrown away.
func (c *Client) Forget(id uint32) {
	c.mu.Lock()
	k := c.calls[id]
	delete(c.calls, id)
	c.mu.Unlock()
	if k == nil {
		return
	}
	select {
	case f := <-k.reply:
		f.Close()
	default:
	}
}

// ErrLost is a connection that the other end closed, or whose process died.
var ErrLost = errors.New("connection lost")

func (c *Client) receive() {
	var err error
	for {
		var f Frame
		if f, err = c.conn.Receive(); err != nil {
			break
		}
		c.deliver(&f)
	}
	if errors.Is(err, io.EOF) {
		err = ErrLost
	} else {
		err = fmt.Errorf("%w: %w", ErrLost, err)
	}
	c.mu.Lock()
	c.err = err
	calls := c.calls
	c.calls = make(map[uint32]*call)
	c.mu.Unlock()
	close(c.done)
	for _, k := range calls {
		if k.event != nil {
			k.event(nil)
		}
	}
	c.conn.Close()
}

func (c *Client) deliver(f *Frame) {
	c.mu.Lock()
	k := c.calls[f.ID]
	if k != nil && k.event == nil {
		delete(c.calls, f.ID)
	}
	// The reply is handed over under the lock: Forget either finds it in the
	// channel or finds the call gone.
	replied := false
	if k != nil && f.Type != typeEvent {
		select {
		case k.reply <- f:
			replied = true
		default:
		}
	}
	c.mu.Unlock()
	switch {
	case replied:
	case k != nil && k.event != nil && f.Type == typeEvent:
		k.event(f)
	default:
		f.Close()
	}
}
