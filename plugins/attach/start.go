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

// start starts lxshd, unless another shell has done it meanwhile.
func start(ctx context.Context) (*daemon, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	lock, err := startLock(ctx)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
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

// lockPoll is how often the lock is tried while another shell starts lxshd.
const lockPoll = 5 * time.Millisecond

// startLock makes one shell at a time start lxshd. Closing the file unlocks.
func startLock(ctx context.Context) (*os.File, error) {
	path, err := paths.DaemonLock()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".start", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot start lxshd: %w", err)
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, fmt.Errorf("cannot lock %s: %w", f.Name(), err)
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("another shell is starting lxshd and does not get done: %w", ctx.Err())
		}
	}
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
