package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// A Client makes requests on a connection, any number at once. It begins to
// receive when it is first used.
type Client struct {
	conn *Conn
	done chan struct{} // closed when the connection is gone
	end  sync.WaitGroup

	mu    sync.Mutex
	began bool
	last  uint32
	calls map[uint32]chan *Frame // waiting for their replies
	err   error                  // why done is closed
}

// NewClient takes over conn.
func NewClient(conn *Conn) *Client {
	return &Client{conn: conn, done: make(chan struct{}), calls: make(map[uint32]chan *Frame)}
}

// begin begins to receive. The caller holds mu.
func (c *Client) begin() error {
	if c.began || c.err != nil {
		return c.err
	}
	if err := c.conn.share(); err != nil {
		return err
	}
	c.began = true
	c.end.Go(c.receive)
	return nil
}

// Close ends the connection and everything that is under way on it.
func (c *Client) Close() error {
	c.mu.Lock()
	began, closed := c.began, c.err != nil
	if !began && !closed {
		c.err = os.ErrClosed
		close(c.done)
	}
	c.mu.Unlock()
	if !began && closed {
		return nil
	}
	err := c.conn.Close()
	c.end.Wait()
	return err
}

// Peer is [Conn.Peer].
func (c *Client) Peer() (*syscall.Ucred, error) { return c.conn.Peer() }

// Done is closed when the connection is gone.
func (c *Client) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.begin(); err != nil && c.err == nil {
		c.err = err
		close(c.done)
	}
	return c.done
}

// Err says why the connection is gone.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began && c.err == nil && c.conn.ended() {
		return ErrLost
	}
	return c.err
}

// cancelLimit is how long a server may take to answer a cancelled request.
const cancelLimit = 5 * time.Second

// Call sends a request and waits for its reply, whose files are the caller's.
// When ctx ends the server is asked to give up, and whatever it then answers
// counts: a request that was carried out is not reported as cancelled.
func (c *Client) Call(ctx context.Context, typ uint8, body *Encoder, files ...int) (*Frame, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	reply := make(chan *Frame, 1)
	c.mu.Lock()
	if err := c.begin(); err != nil {
		c.mu.Unlock()
		return nil, err
	}
	c.last++
	id := c.last
	c.calls[id] = reply
	c.mu.Unlock()

	if err := c.conn.Send(id, typ, body, files...); err != nil {
		c.forget(id, reply)
		if errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
			err = fmt.Errorf("%w: %w", ErrLost, err) // before the receiver saw it
		}
		return nil, err
	}
	f, err := c.await(ctx, id, reply)
	if err == nil {
		err = f.failure()
	}
	if err != nil {
		c.forget(id, reply)
		return nil, err
	}
	return f, nil
}

// Ask makes a request on a connection that no [Client] has yet.
func (c *Conn) Ask(typ uint8, body *Encoder, files ...int) (*Frame, error) {
	if err := c.Send(0, typ, body, files...); err != nil {
		return nil, lost(err)
	}
	f, err := c.Receive()
	if err != nil {
		return nil, lost(err)
	}
	return &f, f.failure()
}

// failure is the error that a reply tells of. Its files are then closed.
func (f *Frame) failure() error {
	if f.Type != typeError {
		return nil
	}
	f.Close()
	return NewDecoder(f.Body).Error()
}

func (c *Client) await(ctx context.Context, id uint32, reply chan *Frame) (*Frame, error) {
	select {
	case f := <-reply:
		return f, nil
	case <-c.done:
		return c.late(reply)
	case <-ctx.Done():
	}
	if err := c.conn.Send(id, typeCancel, nil); err != nil {
		return nil, ctx.Err()
	}
	limit := time.NewTimer(cancelLimit)
	defer limit.Stop()
	select {
	case f := <-reply:
		return f, nil
	case <-c.done:
		return c.late(reply)
	case <-limit.C:
		return nil, ctx.Err()
	}
}

// late prefers a reply that arrived just before the connection went.
func (c *Client) late(reply chan *Frame) (*Frame, error) {
	select {
	case f := <-reply:
		return f, nil
	default:
		return nil, c.Err()
	}
}

// forget drops a request: what arrives for it is thrown away.
func (c *Client) forget(id uint32, reply chan *Frame) {
	c.mu.Lock()
	delete(c.calls, id)
	c.mu.Unlock()
	select {
	case f := <-reply:
		f.Close()
	default:
	}
}

// ErrLost is a connection that the other end closed, or whose process died.
var ErrLost = errors.New("connection lost")

// lost is the error of a connection, which is not usable after it.
func lost(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return ErrLost
	case errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

func (c *Client) receive() {
	var err error
	for {
		var f Frame
		if f, err = c.conn.Receive(); err != nil {
			break
		}
		c.deliver(&f)
	}
	err = lost(err)
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	close(c.done)
	c.conn.Close()
}

func (c *Client) deliver(f *Frame) {
	c.mu.Lock()
	reply := c.calls[f.ID]
	delete(c.calls, f.ID)
	// Handed over under the lock: forget either finds it in the channel or
	// finds the call gone.
	if reply != nil {
		reply <- f
	}
	c.mu.Unlock()
	if reply == nil {
		f.Close()
	}
}
