package inside

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// maxMessage bounds a message of the control socket; a Config holds a few paths
// and the extra environment.
const maxMessage = 128 << 10

// A Control is one end of the socket between the plugin and the instance.
type Control struct {
	file *os.File
	buf  []byte // of the one receiver
}

// NewControl takes over f.
func NewControl(f *os.File) *Control { return &Control{file: f} }

// ControlPair returns both ends, with room for a message of maxMessage.
func ControlPair() (*Control, *os.File, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return NewControl(os.NewFile(uintptr(fds[0]), "control")), os.NewFile(uintptr(fds[1]), "control"), nil
}

// Send sends v as JSON, with a descriptor unless fd is negative.
func (c *Control) Send(v any, fd int) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var rights []byte
	if fd >= 0 {
		rights = unix.UnixRights(fd)
	}
	if err := unix.Sendmsg(int(c.file.Fd()), data, rights, nil, unix.MSG_NOSIGNAL); err != nil {
		return fmt.Errorf("control socket: %w", err)
	}
	return nil
}

// Receive reads the next message into v and returns the descriptor that came
// with it, or -1. The error is os.ErrClosed when the other end is gone.
func (c *Control) Receive(v any) (int, error) {
	data, fd, err := c.next()
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	return fd, err
}

// next returns the next message as it is; it is good until the one after.
func (c *Control) next() ([]byte, int, error) {
	if c.buf == nil {
		c.buf = make([]byte, maxMessage)
	}
	control := make([]byte, unix.CmsgSpace(4))
	n, on, flags, _, err := unix.Recvmsg(int(c.file.Fd()), c.buf, control, unix.MSG_CMSG_CLOEXEC)
	for err == unix.EINTR {
		n, on, flags, _, err = unix.Recvmsg(int(c.file.Fd()), c.buf, control, unix.MSG_CMSG_CLOEXEC)
	}
	if err != nil {
		return nil, -1, fmt.Errorf("control socket: %w", err)
	}
	if n == 0 {
		return nil, -1, os.ErrClosed
	}
	fd := -1
	if messages, err := unix.ParseSocketControlMessage(control[:on]); err == nil && len(messages) == 1 {
		if fds, err := unix.ParseUnixRights(&messages[0]); err == nil && len(fds) == 1 {
			fd = fds[0]
		}
	}
	if flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0 {
		return nil, fd, fmt.Errorf("control socket: %w", unix.EMSGSIZE)
	}
	return c.buf[:n], fd, nil
}

// Hangup ends the conversation: both ends see that the other is gone, also one
// that is waiting for a message. The descriptor stays open.
func (c *Control) Hangup() { unix.Shutdown(int(c.file.Fd()), unix.SHUT_RDWR) }

// Close closes this end.
func (c *Control) Close() error { return c.file.Close() }
