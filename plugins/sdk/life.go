package sdk

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	"github.com/lxsh/lxsh/plugins/rpc"
	"github.com/lxsh/lxsh/plugins/session"
)

// life is what happens to the process around the service: start, tidying up after
// the handshake, loss of lxshd, end.
type life struct {
	log   *os.File
	tidy  sync.Once
	ended sync.Once

	mu     sync.Mutex
	ends   []func()
	socket string                     // where sessions are served; empty: no instance is open
	busy   func(context.Context) bool // of the interop plugin
}

func newLife() *life {
	// go-plugin replaces os.Stderr by a pipe to lxshd; the log stays here.
	fd, err := syscall.Dup(2)
	if err != nil {
		fd = 2
	}
	syscall.CloseOnExec(fd)
	l := &life{log: os.NewFile(uintptr(fd), "log")}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGTERM)
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				l.exit(0)
			}
			go l.orphaned()
		}
	}()
	return l
}

func (l *life) hclog() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Output: l.log, Level: hclog.Warn, JSONFormat: false})
}

func (l *life) onEnd(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ends = append(l.ends, f)
}

func (l *life) setBusy(f func(context.Context) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy = f
}

// busyPoll is how often an orphaned interop plugin looks for its end.
const busyPoll = 200 * time.Millisecond

// orphaned waits for the last session, and ends. A failure to wait means that the
// instance is gone already.
func (l *life) orphaned() {
	l.mu.Lock()
	socket, busy := l.socket, l.busy
	l.mu.Unlock()
	if busy != nil {
		for busy(context.Background()) {
			time.Sleep(busyPoll)
		}
		// Its socket may be the next plugin's by now: nothing is removed.
		os.Exit(0)
	}
	if socket != "" {
		if w, err := session.Watch(context.Background(), socket); err == nil {
			w.Idle(context.Background(), 0)
			w.Hangup()
		}
	}
	l.exit(0)
}

// endLimit bounds the closing of an instance.
const endLimit = 10 * time.Second

// exit closes what is open, newest first, and ends the process. Only the first
// call does anything; the others wait for the process to end.
func (l *life) exit(code int) {
	l.ended.Do(func() {
		l.mu.Lock()
		ends := l.ends
		l.mu.Unlock()
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i]()
		}
		os.Exit(code)
	})
	select {}
}

func closeWithin(end func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), endLimit)
	defer cancel()
	end(ctx)
}

// tidied is called with the first request: the handshake is over. From now on
// standard output is the log, and go-plugin's variables are gone.
func (l *life) tidied() {
	l.tidy.Do(func() {
		syscall.Dup3(int(l.log.Fd()), 1, 0)
		os.Stdout, os.Stderr = l.log, l.log
		for _, entry := range os.Environ() {
			name, _, _ := strings.Cut(entry, "=")
			if strings.HasPrefix(name, "PLUGIN_") || name == rpc.Handshake.MagicCookieKey {
				os.Unsetenv(name)
			}
		}
	})
}

func (l *life) tidyUnary(ctx context.Context, r any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	l.tidied()
	return next(ctx, r)
}

func (l *life) tidyStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	l.tidied()
	return next(srv, stream)
}
