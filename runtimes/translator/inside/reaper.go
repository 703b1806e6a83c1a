package inside

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/spawn"
)

// A reaper takes orphans off the process table. The processes that pid 1 itself
// started are left to whoever waits for them.
type reaper struct {
	// started is held for reading while a process is started and noted, and
	// for writing while it is decided whose a dead process is.
	started sync.RWMutex
	mu      sync.Mutex // guards own
	own     map[int]bool
	look    chan os.Signal
}

func newReaper() *reaper {
	r := &reaper{own: make(map[int]bool), look: make(chan os.Signal, 1)}
	signal.Notify(r.look, unix.SIGCHLD)
	go func() {
		for range r.look {
			for r.reap() {
			}
		}
	}()
	return r
}

// reap takes off one orphan, if the next dead process is one. It looks before it
// takes: a pid that is taken may be given to another process at once.
func (r *reaper) reap() bool {
	r.started.Lock()
	defer r.started.Unlock()
	var info unix.Siginfo
	if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil); err != nil {
		return err == unix.EINTR
	}
	pid := sender(&info)
	r.mu.Lock()
	own := r.own[pid]
	r.mu.Unlock()
	if pid == 0 || own {
		return false // for an own one, its waiter's collecting looks again
	}
	_, err := unix.Wait4(pid, nil, unix.WNOHANG, nil)
	return err == nil || err == unix.EINTR
}

// sender is si_pid: the first field of the union, which begins at 16 bytes on
// 64-bit machines (asm-generic/siginfo.h).
func sender(info *unix.Siginfo) int {
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(info), 16)))
}

// start runs a function that starts a process, and notes the process.
func (r *reaper) start(run func() (int, error)) (plugins.Process, error) {
	r.started.RLock()
	defer r.started.RUnlock()
	pid, err := run()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.own[pid] = true
	r.mu.Unlock()
	return &process{spawn.NewProcess(pid), r}, nil
}

// A process of pid 1's own.
type process struct {
	*spawn.Process
	reaper *reaper
}

func (p *process) Wait(ctx context.Context) (plugins.Status, error) {
	status, err := p.Process.Wait(ctx)
	if err == nil && status.Ended() {
		p.reaper.mu.Lock()
		delete(p.reaper.own, p.Pid())
		p.reaper.mu.Unlock()
		select {
		case p.reaper.look <- unix.SIGCHLD:
		default: // it is about to look
		}
	}
	return status, err
}
