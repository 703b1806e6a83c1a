package session

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins/session/wire"
)

// Listen listens at path. The socket appears there in one step, already able to
// accept, and takes the place of one that a dead process left: the caller makes
// sure that it is alone (a lock). Closing the listener leaves the path.
func Listen(path string) (*net.UnixListener, error) {
	next := strings.TrimSuffix(path, ".sock") + ".new"
	os.Remove(next)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: next, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("cannot listen at %s: %w", path, err)
	}
	l.SetUnlinkOnClose(false)
	err = os.Chmod(next, 0o600)
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		l.Close()
		os.Remove(next)
		return nil, fmt.Errorf("cannot listen at %s: %w", path, err)
	}
	return l, nil
}

// Gone reports whether err, of [Dial], means that no instance is there any more:
// another one may be started.
func Gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) ||
		errors.Is(err, wire.ErrEnding) || errors.Is(err, wire.ErrLost)
}
