package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/plugins/paths"
)

// startLimit is how long lxshd may take to be ready, the wait for a predecessor
// included.
const startLimit = 20 * time.Second

// Ready is the line that lxshd prints on its standard output when it serves. Any
// other line is why it does not.
const Ready = "ready"

// The first look at what another shell starts comes soon; the later ones make
// room, since a thousand shells may be looking.
const (
	minPoll = 5 * time.Millisecond
	maxPoll = 200 * time.Millisecond
)

// start starts lxshd, unless another shell does: then it waits for that.
func start(ctx context.Context) (*daemon, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for poll := minPoll; ; poll = min(2*poll, maxPoll) {
		lock, err := tryStartLock()
		if err != nil {
			return nil, err
		}
		if lock != nil {
			defer lock.Close()
			return startAlone(ctx)
		}
		select {
		case <-time.After(poll):
		case <-ctx.Done():
			return nil, busyStarting(ctx)
		}
		if d, err := dialDaemon(ctx); !errors.Is(err, errNoDaemon) {
			return d, err
		}
	}
}

func busyStarting(ctx context.Context) error {
	return fmt.Errorf("another shell is starting lxshd and does not get done: %w", ctx.Err())
}

// startAlone starts lxshd for a caller that has the lock.
func startAlone(ctx context.Context) (*daemon, error) {
	if d, err := dialDaemon(ctx); !errors.Is(err, errNoDaemon) {
		return d, err
	}
	path, err := paths.FindProgram("lxshd")
	if err != nil {
		return nil, fmt.Errorf("cannot start lxshd: %w", err)
	}
	if err := launch(ctx, path); err != nil {
		return nil, err
	}
	return dialDaemon(ctx)
}

// startLock waits for the lock under which lxshd is started. Closing the file
// unlocks.
func startLock(ctx context.Context) (*os.File, error) {
	for {
		f, err := tryStartLock()
		if f != nil || err != nil {
			return f, err
		}
		select {
		case <-time.After(minPoll):
		case <-ctx.Done():
			return nil, busyStarting(ctx)
		}
	}
}

// tryStartLock returns nil where another shell has the lock.
func tryStartLock() (*os.File, error) {
	path, err := paths.DaemonLock()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".start", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot start lxshd: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if err == syscall.EWOULDBLOCK || err == syscall.EINTR {
		return nil, nil
	}
	return nil, fmt.Errorf("cannot lock %s: %w", f.Name(), err)
}

// launch runs "lxshd start", which starts the daemon as an orphan in a session
// of its own and exits, and reads from the daemon whether it is ready.
func launch(ctx context.Context, path string) error {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	p, err := os.StartProcess(path, []string{path, "start"}, &os.ProcAttr{Dir: "/", Env: os.Environ(), Files: []*os.File{null, w, null}})
	w.Close()
	if err != nil {
		return fmt.Errorf("cannot start lxshd: %w", err)
	}
	defer context.AfterFunc(ctx, func() { r.SetReadDeadline(time.Unix(1, 0)) })()
	said, err := io.ReadAll(io.LimitReader(r, 4096))
	p.Wait()
	line, _, _ := strings.Cut(string(said), "\n")
	log, _ := paths.Log("lxshd")
	switch {
	case line == Ready:
		return nil
	case err != nil:
		return fmt.Errorf("%s was not ready within %v (see %s)", path, startLimit, log)
	case line == "":
		return fmt.Errorf("%s ended before it was ready (see %s)", path, log)
	}
	return fmt.Errorf("lxshd: %s", line)
}
