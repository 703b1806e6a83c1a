// Package client is the caller's side of interop.
//
// A shell on the host's own kernel asks ([Client.Authorise]) and starts the program
// itself, as its own child. Everybody else lets the server start it ([Start]).
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/lxsh/lxsh/interop/transport"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// ErrDenied is a refusal by policy. The other refusals are
// [plugins.ErrNotFound], [plugins.ErrNotExecutable] and [*UnreachableError]; each
// refusal is a [*wire.Refused].
var ErrDenied = wire.ErrDenied

// An UnreachableError is an interop server that does not answer.
type UnreachableError struct {
	Address string
	Err     error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("the interop server does not answer at %s: %v (see lxsh --status)", e.Address, e.Err)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// answerLimit is how long a server may take for an answer when ctx says nothing.
const answerLimit = 10 * time.Second

// dial connects and says hello with the first message that is sent.
func dial(ctx context.Context, address string) (*wire.Conn, error) {
	a, err := transport.Parse(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	stream, err := transport.Dial(ctx, a)
	if err != nil {
		if op := new(net.OpError); errors.As(err, &op) {
			err = op.Err // the address is told already
		}
		return nil, &UnreachableError{address, err}
	}
	conn := wire.NewConn(stream)
	conn.Queue()
	return conn, nil
}

// A Client asks one server. It connects at the first question and stays connected:
// a server that is replaced is found again.
type Client struct {
	address string

	mu   sync.Mutex
	conn *wire.Conn
}

// New returns a client of the server at address ([transport.Parse]).
func New(address string) *Client { return &Client{address: address} }

// Close ends the connection. Granted programs whose end was not reported stay
// without one in the log.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		return nil
	}
	conn := c.conn
	c.conn = nil
	return conn.Close()
}

// A Request is a program that the user's shell wants to start on the host.
type Request struct {
	Name     string   // the command word
	Argv     []string // the zeroth included
	Path     string   // the host's search path, as the shell found it at its start
	Dir      string   // working directory, a path of the host (see [translate.Process])
	Instance string   // the session's instance, for rules and log

	// Confirm asks the user; nil: nobody is there to be asked, which means no.
	Confirm func(path, rule string) bool
}

// A Grant allows a program to be started as the caller's own child.
type Grant struct {
	Path   string // what to execute
	Rule   string // the rule that allows it, as file:line, or "default"
	Action string // allow or ask

	client *Client
	conn   *wire.Conn
	launch uint64
}

// Authorise asks whether the program may be started, and returns what to execute.
// The launch is in the log when it returns. The program's environment is the
// caller's own matter.
func (c *Client) Authorise(ctx context.Context, r Request) (*Grant, error) {
	return c.ask(ctx, r, false)
}

// Explain tells what [Client.Authorise] would answer, and leaves no trace.
func (c *Client) Explain(ctx context.Context, r Request) (*Grant, error) {
	return c.ask(ctx, r, true)
}

func (c *Client) ask(ctx context.Context, r Request, explain bool) (*Grant, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := &wire.Authorise{Explain: explain, Name: r.Name, Path: r.Path, Dir: r.Dir, Instance: r.Instance, Argv: r.Argv}
	if c.conn != nil {
		answer, err := c.exchange(ctx, m)
		if err == nil {
			return c.grant(ctx, r, answer)
		}
		// The server went while nothing was asked. Nothing was started, so
		// asking its successor is safe.
		c.drop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	conn, err := dial(ctx, c.address)
	if err != nil {
		return nil, err
	}
	c.conn = conn
	answer, err := c.exchange(ctx, m, conn.ReceiveHello)
	if err != nil {
		c.drop()
		return nil, &UnreachableError{c.address, err}
	}
	return c.grant(ctx, r, answer)
}

func (c *Client) drop() {
	c.conn.Close()
	c.conn = nil
}

// exchange sends m and returns the answer, before which the steps are carried out.
func (c *Client) exchange(ctx context.Context, m wire.Message, steps ...func() error) (wire.Message, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(answerLimit)
	}
	conn := c.conn
	conn.SetDeadline(deadline)
	defer conn.SetDeadline(time.Time{})
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	if err := conn.Send(m); err != nil {
		return nil, err
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return conn.Receive()
}

func (c *Client) grant(ctx context.Context, r Request, answer wire.Message) (*Grant, error) {
	switch m := answer.(type) {
	case *wire.Granted:
		return &Grant{m.Path, m.Rule, m.Action, c, c.conn, m.Launch}, nil
	case *wire.Refused:
		return nil, m
	case *wire.Ask:
		yes := r.Confirm != nil && r.Confirm(m.Path, m.Rule)
		answer, err := c.exchange(ctx, &wire.Confirm{Yes: yes})
		if err != nil {
			c.drop()
			return nil, &UnreachableError{c.address, err}
		}
		if _, again := answer.(*wire.Ask); !again {
			return c.grant(ctx, r, answer)
		}
	}
	c.drop()
	return nil, &UnreachableError{c.address, errors.New("the answer makes no sense")}
}

// Started tells the log that the program runs.
func (g *Grant) Started(pid int) error {
	return g.tell(&wire.Started{Launch: g.launch, Pid: pid})
}

// Ended tells the log what became of the program.
func (g *Grant) Ended(status plugins.Status) error {
	return g.tell(&wire.Ended{Launch: g.launch, Status: status})
}

// tell reports on the connection that the grant came by: to another server the
// launch means nothing.
func (g *Grant) tell(m wire.Message) error {
	g.client.mu.Lock()
	defer g.client.mu.Unlock()
	if g.client.conn != g.conn {
		return &UnreachableError{g.client.address, errors.New("the server that granted this is gone")}
	}
	return g.conn.Send(m)
}
