package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// Config is what lxshd knows from outside.
type Config struct {
	Resolve      Resolver
	InstanceIdle time.Duration // an instance without session and process ends after this
	DaemonIdle   time.Duration // lxshd without instance ends after this
	ConfigFile   string        // the user's config.toml, for the interop plugin
	Log          *slog.Logger
}

// A Host is a running lxshd. The order of locks: interopOpen, mu; mu is never
// held across a call to a plugin.
type Host struct {
	config Config
	dir    string // runtime folder
	since  time.Time

	mu        sync.Mutex
	instances map[string]*instance
	interop   *interop
	ending    bool
	active    int // requests under way
	end       context.CancelFunc

	interopOpen sync.Mutex // one start of the interop plugin at a time; before mu
}

// lockLimit is how long a predecessor that does not answer may take to end.
const lockLimit = 15 * time.Second

// Run is lxshd from lock to end: it calls ready when it serves, and returns when
// it was shut down, was idle for long enough, or lost its socket.
func Run(ctx context.Context, config Config, ready func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := &Host{config: config, since: time.Now(), instances: make(map[string]*instance), end: cancel}
	lock, err := h.lock(ctx)
	if err != nil {
		return err
	}
	defer lock.Close()
	if h.dir, err = paths.ClaimRuntime(); err != nil {
		return err
	}
	// Instances show this folder to their programs, so it is there before them.
	if _, err := paths.Make(filepath.Dir(paths.Socket(h.dir, paths.InteropSocket))); err != nil {
		return err
	}
	control.Clean(ctx, h.dir)
	socket := paths.Socket(h.dir, paths.DaemonSocket)
	l, err := session.Listen(socket)
	if err != nil {
		return err
	}
	mine, err := os.Stat(socket)
	if err != nil {
		return err
	}
	go h.watch(ctx, socket, mine)
	ready()
	h.serve(ctx, l)
	h.stopAll()
	if st, err := os.Stat(socket); err == nil && os.SameFile(st, mine) {
		os.Remove(socket)
	}
	return nil
}

// lock makes this the only lxshd of the user and store.
func (h *Host) lock(ctx context.Context) (*os.File, error) {
	path, err := paths.DaemonLock()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lockLimit)
	defer cancel()
	f, err := flock(ctx, path)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("another lxshd holds %s and does not answer (fuser %s names it; end it)", path, path)
	}
	return f, err
}

// serve answers control requests until ctx ends.
func (h *Host) serve(ctx context.Context, l *net.UnixListener) {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	limit := make(wire.Limit, 1024)
	var all sync.WaitGroup
	defer all.Wait()
	for {
		nc, err := l.AcceptUnix()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			h.config.Log.Warn("cannot accept", "error", err)
			time.Sleep(50 * time.Millisecond)
			continue
		}
		conn, err := wire.New(nc)
		if err != nil {
			nc.Close()
			continue
		}
		if peer, err := conn.Peer(); err != nil || int(peer.Uid) != os.Geteuid() {
			conn.Close()
			continue
		}
		all.Go(func() { wire.Serve(ctx, conn, limit, h.handle) })
	}
}

// tick bounds how often the watch looks.
const (
	minTick = 20 * time.Millisecond
	maxTick = 5 * time.Second
)

// watch ends lxshd when it was idle for long enough, or when its socket is gone:
// systemd removes XDG_RUNTIME_DIR when the user logs out, and nobody could reach
// it any more.
func (h *Host) watch(ctx context.Context, socket string, mine os.FileInfo) {
	tick := time.NewTicker(min(max(h.config.DaemonIdle/4, minTick), maxTick))
	defer tick.Stop()
	busy := time.Now()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if st, err := os.Stat(socket); err != nil || !os.SameFile(st, mine) {
			h.config.Log.Warn("the socket is gone: ending", "socket", socket)
			h.end()
			return
		}
		if h.inUse(ctx) {
			busy = time.Now()
		}
		if time.Since(busy) >= h.config.DaemonIdle && h.retire() {
			h.config.Log.Info("idle: ending")
			h.end()
			return
		}
	}
}

func (h *Host) inUse(ctx context.Context) bool {
	h.mu.Lock()
	i, used := h.interop, h.active > 0 || len(h.instances) > 0
	h.mu.Unlock()
	return used || i.inUse(ctx)
}

// retire refuses new instances from now on, unless there is something to do.
func (h *Host) retire() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.active > 0 || len(h.instances) > 0 {
		return false
	}
	h.ending = true
	return true
}

// enter counts a request that needs lxshd to go on.
func (h *Host) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ending {
		return wire.ErrEnding
	}
	h.active++
	return nil
}

func (h *Host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.active--
}
