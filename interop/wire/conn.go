package wire

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"

	session "github.com/lxsh/lxsh/plugins/session/wire"
)

const (
	// Window is the most bytes of one stream that may be under way: sent, and
	// not yet taken.
	Window = 1 << 20

	// Chunk is the most bytes in one Data message.
	Chunk = 256 << 10

	// MaxStream is the highest number of a stream.
	MaxStream = 255

	// maxRequest holds what execve(2) takes at most: arguments and environment
	// are limited to 6 MiB whatever the stack limit is (exec(2), ARG_MAX).
	maxRequest = 8 << 20

	// maxEvent bounds every message that is neither request nor data.
	maxEvent = 64 << 10

	headerSize = 5 // length of the body (uint32, little-endian), kind
)

// A Conn sends and receives messages on a stream. Send may be called from many
// goroutines at once, Receive from one.
type Conn struct {
	stream  net.Conn
	unix    *net.UnixConn // nil: descriptors cannot pass
	files   []int         // descriptors received and not yet taken
	accepts bool          // descriptors are received

	in         []byte // buffered input is in[start:end]
	start, end int

	send sync.Mutex
	out  []byte
}

// NewConn uses stream. Descriptors pass when it is a [*net.UnixConn].
func NewConn(stream net.Conn) *Conn {
	unix, _ := stream.(*net.UnixConn)
	return &Conn{stream: stream, unix: unix, in: make([]byte, 4096)}
}

// PassesFiles reports whether descriptors can travel on the connection.
func (c *Conn) PassesFiles() bool { return c.unix != nil }

// Close closes the stream; Send and Receive that wait return. Descriptors that
// were accepted stay, to be taken by the goroutine that receives.
func (c *Conn) Close() error { return c.stream.Close() }

// SetDeadline bounds the time for Send and Receive; zero: no bound.
func (c *Conn) SetDeadline(t time.Time) error { return c.stream.SetDeadline(t) }

// frame appends one message's frame to out.
func frame(out []byte, m Message) ([]byte, error) {
	e := session.NewEncoder()
	m.encode(e)
	if e.Len() > limit(m.kind()) {
		return nil, fmt.Errorf("message of %d bytes is too long: %w (the limit is %d)", e.Len(), syscall.E2BIG, limit(m.kind()))
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(e.Len()))
	return append(append(out, byte(m.kind())), e.Body()...), nil
}

func limit(k Kind) int {
	switch k {
	case kindAuthorise, kindRun:
		return maxRequest
	case kindData:
		return 1 + Chunk
	case kindHello:
		return len(magic) + 2
	}
	return maxEvent
}

// Send sends one message.
func (c *Conn) Send(m Message) error { return c.SendFiles(m, nil) }

// SendFiles sends one message with descriptors, which stay the caller's.
func (c *Conn) SendFiles(m Message, files []int) error {
	c.send.Lock()
	defer c.send.Unlock()
	out, err := frame(c.out, m)
	c.out = nil
	if err != nil {
		return err
	}
	return c.write(out, files)
}

// Lead is how many bytes of the buffer [Conn.SendData] needs before the stream's.
const Lead = headerSize + 1

// SendData sends the bytes of a stream that follow the first Lead ones of buffer, at
// most [Chunk]; the first are overwritten. So a message is one write on every
// transport: two wake the other side twice.
func (c *Conn) SendData(stream int, buffer []byte) error {
	binary.LittleEndian.PutUint32(buffer, uint32(len(buffer)-headerSize))
	buffer[4], buffer[5] = byte(kindData), byte(stream)
	c.send.Lock()
	defer c.send.Unlock()
	_, err := c.stream.Write(buffer)
	return err
}
