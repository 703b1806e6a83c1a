package inside

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/plugins/spawn"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/runtimes/translator/fakeroot"
)

// An instance is what pid 1 serves: the files are its own, and so are the name
// spaces that it hands out.
type instance struct {
	local.FileSystem
	env    []string
	reaper *reaper

	filter   []byte   // the fake root's; empty: none
	listener *os.File // where the filter's listeners are sent

	endOnce sync.Once
	ended   chan struct{}
}

var (
	_ plugins.Spawner    = (*instance)(nil)
	_ plugins.FileSystem = (*instance)(nil)
	_ plugins.LookPath   = (*instance)(nil)
	_ plugins.Environ    = (*instance)(nil)
	_ plugins.Instance   = (*instance)(nil)
	_ session.Counter    = (*instance)(nil)
)

func newInstance(c *Config) (*instance, error) {
	i := &instance{env: environ(c.Instance.Env), reaper: newReaper(), ended: make(chan struct{})}
	if c.Map.Mode != idmap.Single {
		return i, nil
	}
	var err error
	if i.filter, err = fakeroot.Filter(runtime.GOARCH); err != nil {
		return nil, err
	}
	supervisor, err := fakeroot.New()
	if err != nil {
		return nil, err
	}
	receiver, listener, err := ControlPair()
	if err != nil {
		return nil, err
	}
	i.listener = listener
	go supervise(receiver, supervisor)
	return i, nil
}

// supervise hands the filters' listeners to the supervisor. A child sends one
// byte of no meaning with each.
func supervise(receiver *Control, supervisor *fakeroot.Supervisor) {
	for {
		_, fd, err := receiver.next()
		if err != nil {
			return
		}
		if fd >= 0 {
			supervisor.Add(fd) // what is no listener, it closes
		}
	}
}

// joined are the name spaces that a command enters, by their names in /proc.
var joined = map[int]string{
	unix.CLONE_NEWUSER: "user", unix.CLONE_NEWNS: "mnt", unix.CLONE_NEWPID: "pid",
	unix.CLONE_NEWIPC: "ipc", unix.CLONE_NEWUTS: "uts",
}

// Join returns the name spaces of pid 1.
func (i *instance) Join(context.Context) (*plugins.Join, error) {
	j := &plugins.Join{Spaces: make(map[int]*os.File), Filter: i.filter}
	for flag, name := range joined {
		f, err := os.Open("/proc/self/ns/" + name)
		if err != nil {
			return nil, err
		}
		j.Spaces[flag] = f
	}
	if i.listener != nil {
		fd, err := unix.FcntlInt(i.listener.Fd(), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("fake root: %w", err)
		}
		j.Listener = os.NewFile(uintptr(fd), "listener")
	}
	return j, nil
}

// Start starts cmd as a child of pid 1, for callers that are no Spawner's.
func (i *instance) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	var join *plugins.Join
	if len(i.filter) > 0 {
		join = &plugins.Join{Filter: i.filter, Listener: i.listener}
	}
	return i.reaper.start(func() (int, error) { return spawn.Start(cmd, join) })
}

// Environ is the base environment of the instance.
func (i *instance) Environ(context.Context) ([]string, error) { return i.env, nil }

// Close ends all processes, and pid 1 after them.
func (i *instance) Close(ctx context.Context) error {
	i.end(ctx)
	return nil
}

// Processes that got SIGTERM are given grace to end, and looked at each pause.
const (
	grace = 3 * time.Second
	pause = 5 * time.Millisecond
)

func (i *instance) end(ctx context.Context) {
	i.endOnce.Do(func() {
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		unix.Kill(-1, unix.SIGTERM)
		unix.Kill(-1, unix.SIGCONT) // the stopped ones take it then
		for len(programs()) > 0 && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
		unix.Kill(-1, unix.SIGKILL)
		close(i.ended)
	})
	<-i.ended
}
