package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// Bounds of one frame.
const (
	MaxBody  = 64 << 20
	MaxFiles = 1024

	headerSize = 12
	maxRights  = 253      // SCM_MAX_FD, include/net/scm.h
	readChunk  = 64 << 10 // bytes asked of the kernel at once
)

// A Frame is one message. Its files are numbers of open descriptors: the
// sender's stay his, the receiver's are his to close.
type Frame struct {
	ID    uint32
	Type  uint8
	Body  []byte
	Files []int
}

// Take returns the file at index i, which is then the caller's. It is -1 when
// there is none or it was taken.
func (f *Frame) Take(i int) int {
	if i < 0 || i >= len(f.Files) {
		return -1
	}
	fd := f.Files[i]
	f.Files[i] = -1
	return fd
}

// Close closes the files that were not taken.
func (f *Frame) Close() {
	for i := range f.Files {
		if fd := f.Take(i); fd >= 0 {
			syscall.Close(fd)
		}
	}
}

// A Socket is what a [Conn] needs: an *os.File or a *net.UnixConn.
type Socket interface {
	syscall.Conn
	io.Closer
}

// A Conn sends and receives frames. Send may be called by many goroutines,
// Receive by one; Close ends both.
type Conn struct {
	socket Socket
	raw    syscall.RawConn
	send   sync.Mutex

	buf   []byte // received and not yet consumed
	files []int  // likewise
	oob   []byte
}

// New makes a Conn of a connected Unix stream socket, which it then owns.
func New(s Socket) (*Conn, error) {
	raw, err := s.SyscallConn()
	if err != nil {
		return nil, err
	}
	return &Conn{socket: s, raw: raw, oob: make([]byte, syscall.CmsgSpace(4*maxRights))}, nil
}

// Close closes the socket and the files that no frame has taken.
func (c *Conn) Close() error { return c.socket.Close() }

// Peer tells who is at the other end, as it was when the connection was made.
func (c *Conn) Peer() (cred *syscall.Ucred, err error) {
	cerr := c.raw.Control(func(fd uintptr) {
		cred, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	return cred, errors.Join(cerr, err)
}

// ended reports whether the other end is gone and nothing is left to receive.
func (c *Conn) ended() bool {
	gone := false
	err := c.raw.Control(func(fd uintptr) {
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = n == 0 && err == nil || err != nil && err != syscall.EAGAIN
	})
	return gone || err != nil
}

// Send sends one frame whose body is what e holds. The files stay the caller's.
func (c *Conn) Send(id uint32, typ uint8, e *Encoder, files ...int) error {
	if e == nil {
		e = NewEncoder()
	}
	b := e.buf
	if len(b)-headerSize > MaxBody {
		return fmt.Errorf("message of %d bytes is too long: %w (the limit is %d)", len(b)-headerSize, syscall.E2BIG, MaxBody)
	}
	if len(files) > MaxFiles {
		return fmt.Errorf("%d descriptors are too many: %w (the limit is %d)", len(files), syscall.E2BIG, MaxFiles)
	}
	binary.BigEndian.PutUint32(b[0:], uint32(len(b)-headerSize))
	binary.BigEndian.PutUint32(b[4:], id)
	b[8], b[9] = typ, 0
	binary.BigEndian.PutUint16(b[10:], uint16(len(files)))

	c.send.Lock()
	defer c.send.Unlock()
	for len(files) > maxRights {
		if _, err := c.write(b[:1], syscall.UnixRights(files[:maxRights]...)); err != nil {
			return err
		}
		b, files = b[1:], files[maxRights:]
	}
	var rights []byte
	if len(files) > 0 {
		rights = syscall.UnixRights(files...)
	}
	for len(b) > 0 {
		n, err := c.write(b, rights)
		if err != nil {
			return err
		}
		b, rights = b[n:], nil
	}
	return nil
}

func (c *Conn) write(b, rights []byte) (n int, err error) {
	werr := c.raw.Write(func(fd uintptr) bool {
		for {
			n, err = syscall.SendmsgN(int(fd), b, rights, nil, syscall.MSG_NOSIGNAL)
			if err != syscall.EINTR {
				return err != syscall.EAGAIN
			}
		}
	})
	if werr != nil {
		return 0, werr
	}
	return n, os.NewSyscallError("sendmsg", err)
}
