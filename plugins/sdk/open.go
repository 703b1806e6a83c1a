package sdk

import (
	"context"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
)

// A SessionServer is an instance that serves its sessions itself, for example in
// its pid 1, rather than in the plugin's process.
type SessionServer interface {
	// ServeSessions serves sessions on l (see session.Server) and returns when
	// the instance has ended. It may close l once another process serves on it.
	ServeSessions(l *net.UnixListener) error
}

// locking is a runtime whose instances are held by a lock file.
type locking struct {
	plugins.Runtime
	life *life
}

// lockLimit is how long a predecessor may take to end, lockPoll how often it is
// looked at.
const (
	lockLimit = 10 * time.Second
	lockPoll  = 10 * time.Millisecond
)

func (r *locking) Open(ctx context.Context, config plugins.InstanceConfig) (plugins.Instance, error) {
	lock, err := lockInstance(ctx, config.Name())
	if err != nil {
		return nil, err
	}
	inst, err := r.Runtime.Open(ctx, config)
	if err != nil {
		lock.Close()
		return nil, err
	}
	// The lock goes with the process, after everything else.
	r.life.onEnd(func() {
		closeWithin(inst.Close)
		lock.Close()
	})
	return inst, nil
}

func lockInstance(ctx context.Context, name string) (*os.File, error) {
	path, err := paths.InstanceLock(name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", name, err)
	}
	end := time.Now().Add(lockLimit)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if time.Now().After(end) || err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("%s is run by another process that does not end: %w (fuser %s names it)", name, err, path)
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		}
	}
}

// serveSessions begins to serve inst at socket.
func (l *life) serveSessions(inst plugins.Instance, _ plugins.InstanceConfig, socket string) error {
	listener, err := session.Listen(socket)
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.socket = socket
	l.mu.Unlock()
	l.onEnd(func() { os.Remove(socket) })
	go func() {
		defer listener.Close()
		if own, ok := inst.(SessionServer); ok {
			err = own.ServeSessions(listener)
		} else {
			err = serveHere(inst, listener)
		}
		if err != nil {
			fmt.Fprintf(l.log, "sessions of %s: %v\n", socket, err)
		}
		l.over()
	}()
	return nil
}

// serveHere serves sessions in this process until one of them closes inst.
func serveHere(inst plugins.Instance, listener *net.UnixListener) error {
	server := session.NewServer(inst)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-server.Closed():
			cancel()
		case <-ctx.Done():
		}
	}()
	return server.Serve(ctx, listener)
}

// overGrace is how long lxshd may take to end a plugin whose instance has ended:
// its last answers are still on the way.
const overGrace = 3 * time.Second

func (l *life) over() {
	l.mu.Lock()
	os.Remove(l.socket)
	l.mu.Unlock()
	time.Sleep(overGrace)
	l.exit(0)
}
