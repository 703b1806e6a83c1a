package session

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
	"github.com/lxsh/lxsh/plugins/spawn"
)

// A Client is one session with an instance. It has the methods of every ability;
// plugins.As tells which count.
type Client struct {
	*wire.Client
	abilities []string
	spawner   bool
	environ   []string // the instance's base environment

	mu   sync.Mutex
	join *plugins.Join // the way in; nil where the session has ended, or is none
}

var (
	_ plugins.Partial    = (*Client)(nil)
	_ plugins.Spawner    = (*Client)(nil)
	_ plugins.FileSystem = (*Client)(nil)
	_ plugins.Environ    = (*Client)(nil)
	_ plugins.LookPath   = (*Client)(nil)
)

// helloLimit is how long the other end may take to say who it is.
const helloLimit = 10 * time.Second

// Dial opens a session at the socket path. The error is [wire.ErrEnding] when
// the instance is about to end, and a *fs.PathError around ENOENT or
// ECONNREFUSED when nobody is there.
func Dial(ctx context.Context, path string) (*Client, error) {
	return dial(ctx, path, purposeSession)
}

// Watch opens a connection that is no session: for [Client.Load], [Client.Idle]
// and [Client.Close].
func Watch(ctx context.Context, path string) (*Client, error) {
	return dial(ctx, path, purposeWatch)
}

// Own opens the session of the instance's own plugin, which does not keep the
// instance from being idle.
func Own(ctx context.Context, path string) (*Client, error) {
	return dial(ctx, path, purposeOwn)
}

func dial(ctx context.Context, path string, purpose uint64) (*Client, error) {
	conn, err := wire.Dial(ctx, path, helloLimit)
	if err != nil {
		return nil, err
	}
	peer, err := conn.Peer()
	if err == nil && int(peer.Uid) != os.Geteuid() {
		err = fmt.Errorf("%s: served by user %d (remove it)", path, peer.Uid)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	c := &Client{}
	if err := c.hello(conn, purpose); err != nil {
		conn.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("%s does not answer: %w (lxsh --terminate or --shutdown ends it)", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.Client = wire.NewClient(conn)
	return c, nil
}

func (c *Client) hello(conn *wire.Conn, purpose uint64) error {
	f, err := conn.Ask(opHello, wire.NewEncoder().Uint(Protocol).String(plugins.Version).Uint(purpose))
	if err != nil {
		return err
	}
	defer f.Close()
	d := newDecoder(f)
	protocol, version := d.Uint(), d.String()
	if protocol != Protocol {
		return versionError(protocol, version)
	}
	c.abilities = d.Strings()
	if purpose != purposeWatch {
		c.environ = d.Strings()
		if c.spawner = slices.Contains(c.abilities, plugins.AbilitySpawner); c.spawner {
			c.join = d.join()
		}
	}
	if err := d.end(); err != nil {
		closeJoin(c.join)
		return err
	}
	return nil
}

// A VersionError is a peer that speaks another session protocol.
type VersionError struct {
	Protocol uint64 // theirs
	Version  string // theirs
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("speaks session protocol %d (lxsh %s), and this is protocol %d (lxsh %s) (lxsh --shutdown ends the older one)",
		e.Protocol, e.Version, Protocol, plugins.Version)
}

func versionError(protocol uint64, version string) error { return &VersionError{protocol, version} }

// Abilities names what the instance can do.
func (c *Client) Abilities() []string { return c.abilities }

// Start starts cmd: as a child of this process where the instance is a Spawner,
// otherwise in the instance's own process.
func (c *Client) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	if !c.spawner {
		return c.startRemote(ctx, cmd)
	}
	join, err := c.way()
	if err == nil {
		err = ctx.Err()
	}
	if errors.Is(err, wire.ErrLost) {
		err = plugins.ErrEnded
	}
	if err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	pid, err := spawn.Start(cmd, join)
	var unjoined *spawn.JoinError
	if errors.As(err, &unjoined) && c.lost() {
		return nil, &plugins.StartError{Name: cmd.Name, Err: plugins.ErrEnded}
	}
	if err != nil {
		return nil, err
	}
	return spawn.NewProcess(pid), nil
}

// lostLimit is how long the end of an instance may take to show on the connection:
// the kernel ends name spaces and closes sockets one after the other.
const lostLimit = 200 * time.Millisecond

// lost reports whether the connection is gone, or goes right now.
func (c *Client) lost() bool {
	select {
	case <-c.Done():
		return true
	case <-time.After(lostLimit):
		return false
	}
}

// way is the way in that the hello brought.
func (c *Client) way() (*plugins.Join, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.join == nil {
		return nil, wire.ErrLost
	}
	return c.join, nil
}

// Join implements plugins.Spawner.
func (c *Client) Join(ctx context.Context) (*plugins.Join, error) {
	f, err := c.Call(ctx, opJoin, nil)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := newDecoder(f)
	j := d.join()
	if err := d.end(); err != nil {
		closeJoin(j)
		return nil, err
	}
	return j, nil
}

// Environ implements plugins.Environ.
func (c *Client) Environ(context.Context) ([]string, error) { return c.environ, nil }

// Hangup ends the session; the instance goes on.
func (c *Client) Hangup() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.join != nil {
		closeJoin(c.join)
		c.join = nil
	}
	return c.Client.Close()
}

// Close ends the instance for everybody, and the session with it.
func (c *Client) Close(ctx context.Context) error {
	defer c.Hangup()
	f, err := c.Call(ctx, opClose, nil)
	if errors.Is(err, wire.ErrLost) {
		return nil // its process ended before it could answer
	}
	if err == nil {
		f.Close()
	}
	return err
}

// Load tells what the instance's server is doing.
func (c *Client) Load(ctx context.Context) (Load, error) {
	f, err := c.Call(ctx, opLoad, nil)
	if err != nil {
		return Load{}, err
	}
	defer f.Close()
	d := wire.NewDecoder(f.Body)
	l := Load{Sessions: int(d.Uint()), Processes: int(d.Uint())}
	return l, d.End()
}

// Idle returns nil when the server had neither session nor process for d; it
// then takes no more sessions, and should be closed.
func (c *Client) Idle(ctx context.Context, d time.Duration) error {
	f, err := c.Call(ctx, opIdle, wire.NewEncoder().Int(int64(d)))
	if err == nil {
		f.Close()
	}
	return err
}
