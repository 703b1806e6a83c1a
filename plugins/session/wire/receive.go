package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"syscall"
)

// Receive returns the next frame. The error is io.EOF when the other end closed
// the connection between two frames.
func (c *Conn) Receive() (Frame, error) {
	f, err := c.receive()
	if err != nil {
		for _, fd := range c.files {
			syscall.Close(fd)
		}
		c.files = nil
	}
	return f, err
}

func (c *Conn) receive() (Frame, error) {
	if err := c.fill(headerSize); err != nil {
		return Frame{}, err
	}
	h := c.buf[:headerSize]
	size := int(binary.BigEndian.Uint32(h[0:]))
	nfiles := int(binary.BigEndian.Uint16(h[10:]))
	f := Frame{ID: binary.BigEndian.Uint32(h[4:]), Type: h[8]}
	if size > MaxBody || nfiles > MaxFiles {
		return Frame{}, fmt.Errorf("malformed frame: %d bytes, %d descriptors", size, nfiles)
	}
	if err := c.fill(headerSize + size); err != nil {
		return Frame{}, err
	}
	if nfiles > len(c.files) {
		return Frame{}, fmt.Errorf("frame with %d descriptors brought %d (too many open files here?)", nfiles, len(c.files))
	}
	f.Body = append([]byte(nil), c.buf[headerSize:headerSize+size]...)
	f.Files = append([]int(nil), c.files[:nfiles]...)
	c.files = append(c.files[:0], c.files[nfiles:]...)
	rest := copy(c.buf, c.buf[headerSize+size:])
	c.buf = c.buf[:rest]
	if rest == 0 && cap(c.buf) > 16*readChunk {
		c.buf = nil
	}
	return f, nil
}

// fill reads until n bytes are there. The buffer grows with what arrives and not
// with what a header claims.
func (c *Conn) fill(n int) error {
	for len(c.buf) < n {
		if cap(c.buf)-len(c.buf) < readChunk/2 {
			c.buf = append(make([]byte, 0, 2*cap(c.buf)+readChunk), c.buf...)
		}
		got, err := c.read(c.buf[len(c.buf):cap(c.buf)])
		if err != nil {
			return err
		}
		if got == 0 {
			if len(c.buf) == 0 {
				return io.EOF
			}
			return io.ErrUnexpectedEOF
		}
		c.buf = c.buf[:len(c.buf)+got]
	}
	return nil
}

func (c *Conn) read(p []byte) (n int, err error) {
	var oobn, flags int
	rerr := c.raw.Read(func(fd uintptr) bool {
		for {
			n, oobn, flags, _, err = syscall.Recvmsg(int(fd), p, c.oob, syscall.MSG_CMSG_CLOEXEC)
			if err != syscall.EINTR {
				return err != syscall.EAGAIN
			}
		}
	})
	if rerr != nil {
		return 0, rerr
	}
	if err != nil {
		return 0, os.NewSyscallError("recvmsg", err)
	}
	if oobn > 0 {
		c.collect(c.oob[:oobn])
	}
	if flags&syscall.MSG_CTRUNC != 0 {
		return 0, fmt.Errorf("descriptors were lost: %w", syscall.EMFILE)
	}
	if len(c.files) > 2*MaxFiles {
		return 0, fmt.Errorf("malformed stream: %d descriptors that no frame announced", len(c.files))
	}
	return n, nil
}

func (c *Conn) collect(oob []byte) {
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return // the kernel's own format
	}
	for i := range messages {
		if fds, err := syscall.ParseUnixRights(&messages[i]); err == nil {
			c.files = append(c.files, fds...)
		}
	}
}
