package wire

import (
	"errors"
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxRights is how many descriptors one sendmsg(2) takes: SCM_MAX_FD,
// include/net/scm.h.
const maxRights = 253

// ErrNoFiles is a message with descriptors on a transport that cannot pass them.
var ErrNoFiles = errors.New("descriptors do not pass here")

// write sends bytes, and descriptors with the first of them. A list that is too
// long for one system call is spread over several.
func (c *Conn) write(out []byte, files []int) error {
	if len(files) == 0 {
		_, err := c.stream.Write(out)
		return err
	}
	if c.unix == nil {
		return ErrNoFiles
	}
	if len(files) > maxSlots {
		return fmt.Errorf("%d descriptors are too many: %w (the limit is %d)", len(files), syscall.E2BIG, maxSlots)
	}
	for len(files) > 0 {
		now := files[:min(len(files), maxRights)]
		files = files[len(now):]
		part := out
		if len(files) > 0 {
			part = out[:1]
		}
		n, _, err := c.unix.WriteMsgUnix(part, unix.UnixRights(now...), nil)
		if err != nil {
			return err
		}
		out = out[n:]
	}
	_, err := c.stream.Write(out)
	return err
}

// AcceptFiles lets the peer send descriptors with its next messages, until
// [Conn.TakeFiles]. At other times they are closed by the kernel.
func (c *Conn) AcceptFiles() { c.accepts = c.unix != nil }

// TakeFiles returns the descriptors that came, which are then the caller's, and
// accepts no more.
func (c *Conn) TakeFiles() []int {
	files := c.files
	c.files, c.accepts = nil, false
	return files
}

func (c *Conn) read(p []byte) (int, error) {
	if !c.accepts {
		return c.stream.Read(p)
	}
	oob := make([]byte, unix.CmsgSpace(4*maxRights))
	n, oobn, flags, _, err := c.unix.ReadMsgUnix(p, oob) // sets MSG_CMSG_CLOEXEC
	if oobn > 0 {
		c.collect(oob[:oobn])
	}
	switch {
	case err != nil:
		return n, err
	case flags&unix.MSG_CTRUNC != 0:
		return n, fmt.Errorf("descriptors were lost: %w", syscall.EMFILE)
	case len(c.files) > maxSlots:
		return n, fmt.Errorf("more than %d descriptors: %w", maxSlots, syscall.E2BIG)
	}
	return n, nil
}

func (c *Conn) collect(oob []byte) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return // the kernel's own format
	}
	for i := range messages {
		if files, err := unix.ParseUnixRights(&messages[i]); err == nil {
			c.files = append(c.files, files...)
		}
	}
}
