package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
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

// connectLimit is how long a listener with a full queue is waited for.
const connectLimit = 5 * time.Second

// Dial connects to the socket at path.
func Dial(ctx context.Context, path string) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// A connect that blocks has to be a blocking one: a full queue gives a
	// non-blocking one EAGAIN and nothing to poll for.
	limit := syscall.NsecToTimeval(connectLimit.Nanoseconds())
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < connectLimit {
		limit = syscall.NsecToTimeval(max(time.Until(deadline), time.Millisecond).Nanoseconds())
	}
	syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_SNDTIMEO, &limit)
	for {
		err = syscall.Connect(fd, &syscall.SockaddrUnix{Name: path})
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		err = syscall.SetNonblock(fd, true)
	}
	if err != nil {
		syscall.Close(fd)
		return nil, &os.PathError{Op: "connect", Path: path, Err: err}
	}
	return New(os.NewFile(uintptr(fd), path))
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
