package translator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"github.com/lxsh/lxsh/runtimes/translator/fakeroot"
	"github.com/lxsh/lxsh/runtimes/translator/inside"
)

// An Instance is a running instance, seen from the plugin. Its abilities are
// those of the connection that the plugin has with pid 1, like a shell's.
type Instance struct {
	*session.Client
	control *inside.Control
	pid     int           // of pid 1
	ended   chan struct{} // closed when pid 1 is dead, or dying for good
	watch   io.Closer     // of the host's resolv.conf, or nil
	held    *os.File      // marks the distro as in use, or nil
}

var _ plugins.Instance = (*Instance)(nil)

// start makes the name spaces and returns when pid 1 serves.
func start(ctx context.Context, config plugins.InstanceConfig) (*Instance, error) {
	if lacks := spaceLacks(); len(lacks) > 0 {
		return nil, &plugins.LackError{Lack: lacks[0]}
	}
	ids, lacks := idMode()
	if len(lacks) > 0 {
		return nil, &plugins.LackError{Lack: lacks[0]}
	}
	held, err := distro.Hold(config.Root)
	if err != nil {
		return nil, err
	}
	control, other, err := inside.ControlPair()
	if err != nil {
		held.Close()
		return nil, err
	}
	stage := inside.Command(other, os.Stderr)
	err = ids.Start(stage)
	other.Close()
	if err != nil {
		control.Close()
		held.Close()
		return nil, err
	}
	i := &Instance{control: control, ended: make(chan struct{}), held: held}
	stop := context.AfterFunc(ctx, control.Hangup)
	err = i.handshake(inside.Config{Instance: config, Map: ids})
	if err == nil {
		err = i.connect(ctx, config.State)
	}
	stop()
	if err != nil {
		i.control.Hangup()
		stage.Process.Kill() // it may hang in a share of a dead server
	}
	stage.Wait() // what it had to say came through the control socket
	if err != nil {
		i.reap()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	if w, err := watchResolver(inside.Resolver, func(text []byte) { control.Send(inside.Order{Resolver: text}, -1) }); err == nil {
		i.watch = w // without it, the instance keeps what it began with
	}
	go i.reap()
	return i, nil
}

// handshake tells the stage and pid 1 what to be, and returns when pid 1 is.
// The order in which the two answer is open.
func (i *Instance) handshake(config inside.Config) error {
	for range 2 {
		if err := i.control.Send(config, -1); err != nil {
			return err
		}
	}
	failure := errors.New("the instance ended before it was ready (the plugin's log says why)")
	for ready := false; !ready || i.pid == 0; {
		var report inside.Report
		if _, err := i.control.Receive(&report); err != nil {
			return failure
		}
		switch {
		case report.Pid != 0:
			i.pid = report.Pid
		case report.Error != "":
			failure = errors.New(report.Error)
		case report.Ready:
			ready = true
		}
	}
	return nil
}

// connect opens the plugin's own session with pid 1.
func (i *Instance) connect(ctx context.Context, state string) error {
	dir, err := os.Open(state)
	if err != nil {
		return fmt.Errorf("cannot use the instance's folder: %w", err)
	}
	defer dir.Close()
	// By way of the descriptor the name fits into a socket address.
	path := filepath.Join("/proc/self/fd", strconv.Itoa(int(dir.Fd())), "plugin.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return fmt.Errorf("cannot make a socket in %s: %w", state, err)
	}
	defer l.Close()
	if err := i.hand(l); err != nil {
		return err
	}
	i.Client, err = session.Own(ctx, path)
	return err
}

// hand gives a listening socket to pid 1.
func (i *Instance) hand(l *net.UnixListener) error {
	f, err := l.File()
	if err != nil {
		return err
	}
	defer f.Close()
	return i.control.Send(inside.Order{}, int(f.Fd()))
}

// ServeSessions lets pid 1 serve sessions on l, so that files and commands take
// no way through the plugin. It returns when the instance has ended. l is closed
// here at once: who comes when pid 1 is dead must be refused, not kept waiting.
func (i *Instance) ServeSessions(l *net.UnixListener) error {
	err := i.hand(l)
	l.Close()
	if err != nil {
		return err
	}
	<-i.ended
	return nil
}

// kindLimit is what the kind end may take: pid 1 gives processes 3 seconds. It is
// less than lxshd gives the plugin.
const kindLimit = 5 * time.Second

// Close ends the instance: kindly, and if that does not work by taking pid 1 its
// control socket, upon which the kernel ends the rest.
func (i *Instance) Close(ctx context.Context) error {
	enough := time.AfterFunc(kindLimit, func() { i.Client.Hangup() })
	i.Client.Close(ctx)
	enough.Stop()
	i.control.Hangup()
	select {
	case <-i.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// reapLimit is how long the kernel is given to take a dead pid 1 apart.
const reapLimit = 500 * time.Millisecond

// reap waits for the end of pid 1, which is a child of the plugin, and so for the
// loss of the connection with it. The kernel closes a dying pid 1's files first,
// but keeps it until every process in its name space has been reaped
// (zap_pid_ns_processes, kernel/pid_namespace.c). Commands are children of shells
// outside, which may hold on to a dead one as long as they like.
func (i *Instance) reap() {
	defer close(i.ended)
	if i.Client != nil {
		<-i.Client.Done()
		i.control.Hangup()
	}
	reaped := make(chan struct{})
	go func() {
		defer close(reaped)
		for i.pid != 0 {
			if _, err := unix.Wait4(i.pid, nil, 0, nil); err != unix.EINTR {
				return
			}
		}
	}()
	select {
	case <-reaped:
	case <-time.After(reapLimit):
		unix.Kill(i.pid, unix.SIGKILL) // or it was stopped, and does nothing by itself
	}
	if i.watch != nil {
		i.watch.Close()
	}
	i.control.Close()
	i.held.Close()
	if i.Client != nil {
		i.Client.Hangup()
	}
}

func (i *Instance) alive() bool {
	select {
	case <-i.ended:
		return false
	default:
		return true
	}
}

// idMode is the best mapping of ids that works here. The lacks, if any, say why
// there is none.
func idMode() (idmap.Map, []plugins.Lack) {
	ids, better := idmap.Choose()
	if ids.Mode != idmap.Single {
		return ids, nil
	}
	lacks := fakeroot.Lacks()
	if len(lacks) > 0 {
		lacks = append(lacks, better...)
	}
	return ids, lacks
}
