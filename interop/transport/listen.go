package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/mdlayher/vsock"
)

// Listen serves at a. A Unix socket belongs to its user alone (0600, from its
// first moment on), replaces one that nobody serves any more, and goes when the
// listener is closed.
func Listen(a Address) (net.Listener, error) {
	if a.Scheme == Vsock {
		return vsock.ListenContextID(a.CID, a.Port, nil)
	}
	path := a.listenPath()
	if err := removeStale(path); err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: private}
	listener, err := config.Listen(context.Background(), "unix", path)
	if err != nil || a.Scheme == Unix {
		return listener, err
	}
	return relayedListener{listener}, nil
}

type relayedListener struct{ net.Listener }

func (l relayedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return relayed{conn}, nil
}

// private sets the mode before the socket has a name: Linux gives a bound socket
// the mode of its descriptor (net/unix/af_unix.c, unix_bind_bsd).
func private(_, _ string, raw syscall.RawConn) error {
	var err error
	if cerr := raw.Control(func(fd uintptr) { err = syscall.Fchmod(int(fd), 0o600) }); cerr != nil {
		return cerr
	}
	return err
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("%s is in the way: not a socket (move it)", path)
	}
	conn, err := net.Dial("unix", path)
	if err == nil {
		conn.Close()
		return fmt.Errorf("%s is served already", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s: cannot tell whether it is served: %w", path, err)
	}
	return os.Remove(path)
}
