package attach

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// errNoDaemon says that no lxshd answers.
var errNoDaemon = errors.New("lxshd does not run")

// helloLimit is how long lxshd may take to say who it is.
const helloLimit = 5 * time.Second

// A daemon is a connection to lxshd.
type daemon struct {
	*wire.Client
	protocol uint64
	version  string
}

// dialDaemon connects to the lxshd that runs.
func dialDaemon(ctx context.Context) (*daemon, error) {
	dir, err := paths.Runtime()
	if errors.Is(err, paths.ErrNoRuntime) {
		return nil, errNoDaemon
	}
	if err != nil {
		return nil, err
	}
	conn, err := wire.Dial(ctx, paths.Socket(dir, paths.DaemonSocket), helloLimit)
	if session.Gone(err) {
		return nil, errNoDaemon
	}
	if err != nil {
		return nil, err
	}
	if peer, err := conn.Peer(); err != nil || int(peer.Uid) != os.Geteuid() {
		conn.Close()
		return nil, fmt.Errorf("lxshd's socket in %s is not served by this user (remove the folder)", dir)
	}
	f, err := conn.Ask(control.Hello, wire.NewEncoder().Uint(control.Protocol).String(plugins.Version))
	if err != nil {
		conn.Close()
		if session.Gone(err) {
			return nil, errNoDaemon
		}
		return nil, fmt.Errorf("lxshd does not answer: %w", err)
	}
	reply := wire.NewDecoder(f.Body)
	d := &daemon{protocol: reply.Uint(), version: reply.String()}
	if err := reply.Err(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("lxshd does not answer: %w", err)
	}
	d.Client = wire.NewClient(conn)
	return d, nil
}

// demand connects to lxshd, and starts it where it does not run. An older one is
// replaced when it is idle.
func demand(ctx context.Context) (*daemon, error) {
	d, err := dialDaemon(ctx)
	if errors.Is(err, errNoDaemon) {
		return start(ctx)
	}
	if err != nil || d.protocol == control.Protocol && !newer(plugins.Version, d.version) {
		return d, err
	}
	ended, err := shutdown(ctx, d, true)
	if err == nil && ended {
		d.Close()
		return start(ctx)
	}
	if d.protocol == control.Protocol {
		fmt.Fprintf(os.Stderr, "lxsh: lxshd is of version %s and this is %s: it is busy and goes on (lxsh --shutdown replaces it)\n", d.version, plugins.Version)
		return d, nil
	}
	d.Close()
	return nil, fmt.Errorf("lxshd of version %s speaks protocol %d and lxsh %s protocol %d (close its shells, then lxsh --shutdown)",
		d.version, d.protocol, plugins.Version, control.Protocol)
}

// shutdownLimit is how long lxshd may take to end what it started.
const shutdownLimit = 30 * time.Second

// shutdown ends lxshd, or where onlyIdle is set and something runs reports
// false. It returns when the process is gone from its socket.
func shutdown(ctx context.Context, d *daemon, onlyIdle bool) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, shutdownLimit)
	defer cancel()
	f, err := d.Call(ctx, control.Shutdown, wire.NewEncoder().Bool(onlyIdle))
	if err != nil && !errors.Is(err, wire.ErrLost) {
		return false, err
	}
	if f != nil {
		reply := wire.NewDecoder(f.Body)
		if ends := reply.Bool(); !ends || reply.Err() != nil {
			return false, reply.Err()
		}
	}
	select {
	case <-d.Done():
		return true, nil
	case <-ctx.Done():
		return false, fmt.Errorf("lxshd does not end: %w", ctx.Err())
	}
}
