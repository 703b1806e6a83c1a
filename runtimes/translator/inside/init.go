package inside

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// initMain is pid 1.
func initMain() int {
	control := NewControl(os.NewFile(controlFd, "control"))
	unix.CloseOnExec(controlFd)
	unix.Umask(0) // the umask of who asks counts
	var config Config
	if _, err := control.Receive(&config); err != nil {
		return 1
	}
	if err := proper(&config); err != nil {
		control.Send(Report{Error: err.Error()}, -1)
		return 1
	}
	inst, err := newInstance(&config)
	if err != nil {
		control.Send(Report{Error: err.Error()}, -1)
		return 1
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, unix.SIGTERM)
	if err := control.Send(Report{Ready: true}, -1); err != nil {
		return 1
	}
	gone := make(chan struct{})
	go serve(control, session.NewServer(inst), gone)
	select {
	case <-gone: // the kernel kills what is left when pid 1 ends
	case <-stop:
		inst.end(context.Background())
	case <-inst.ended:
		// The session that asked for the end gets its answer before the
		// kernel takes the rest.
		select {
		case <-gone:
		case <-time.After(answerTime):
		}
	}
	return 0
}

// answerTime is what an instance that has ended leaves for its last answer.
const answerTime = 50 * time.Millisecond

// serve follows the plugin's orders until that is gone: above all, it serves
// sessions on the sockets that it is given.
func serve(control *Control, server *session.Server, gone chan<- struct{}) {
	defer close(gone)
	for {
		var order Order
		fd, err := control.Receive(&order)
		if err != nil {
			return
		}
		if fd < 0 {
			// An instance that emptied its /run keeps what it has.
			update(Resolver, order.Resolver)
			continue
		}
		f := os.NewFile(uintptr(fd), "sessions")
		l, err := net.FileListener(f)
		f.Close()
		if err != nil {
			fmt.Fprintln(os.Stderr, "lxsh: translator: cannot serve sessions:", err)
			continue
		}
		go server.Serve(context.Background(), l.(*net.UnixListener))
	}
}

// proper mounts what belongs to pid 1's own name spaces.
func proper(c *Config) error {
	if err := mountNew("proc", "/proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("%w (in a container that hides parts of /proc no other can be mounted: start lxsh outside)", err)
	}
	if _, err := os.Stat("/dev/mqueue"); err == nil {
		if err := mountNew("mqueue", "/dev/mqueue", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
			return err
		}
	}
	if err := foreign(c); err != nil {
		return err
	}
	if c.Map.Mode != idmap.Identity {
		return nil
	}
	// Here the host's root is root inside, and the files of /proc/sys ask for
	// no more than that: a package's sysctl must not change the host.
	for _, path := range []string{"/proc/sys", "/proc/sysrq-trigger"} {
		t, err := take(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // a kernel without it
		}
		if err == nil {
			err = t.readOnly()
		}
		if err == nil {
			err = t.mount(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
