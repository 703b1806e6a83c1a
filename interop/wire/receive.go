package wire

import (
	"encoding/binary"
	"fmt"
	"io"

	session "github.com/lxsh/lxsh/plugins/session/wire"
)

// Receive receives the next message. The error is io.EOF at an orderly end
// between two messages.
func (c *Conn) Receive() (Message, error) {
	kind, size, err := c.header()
	if err != nil {
		return nil, err
	}
	if kind == kindData {
		return c.data(size)
	}
	body, err := c.body(size)
	if err != nil {
		return nil, err
	}
	m := blank(kind)
	if m == nil {
		return nil, fmt.Errorf("unknown kind of message: %d", kind)
	}
	d := decoder{Decoder: session.NewDecoder(body)}
	m.decode(&d)
	if err := d.end(); err != nil {
		return nil, err
	}
	return m, nil
}

func blank(k Kind) Message {
	switch k {
	case kindAuthorise:
		return new(Authorise)
	case kindConfirm:
		return new(Confirm)
	case kindStarted:
		return new(Started)
	case kindEnded:
		return new(Ended)
	case kindRun:
		return new(Run)
	case kindSignal:
		return new(Signal)
	case kindGranted:
		return new(Granted)
	case kindAsk:
		return new(Ask)
	case kindRefused:
		return new(Refused)
	case kindAccepted:
		return new(Accepted)
	case kindChanged:
		return new(Changed)
	case kindTaken:
		return new(Taken)
	case kindFinish:
		return new(Finish)
	}
	return nil
}

// header reads a frame's header: its kind and the length of its body.
func (c *Conn) header() (Kind, int, error) {
	for c.end-c.start < headerSize {
		if err := c.fill(); err != nil {
			if c.end > c.start {
				err = unexpected(err)
			}
			return 0, 0, err
		}
	}
	size := binary.LittleEndian.Uint32(c.in[c.start:])
	kind := Kind(c.in[c.start+4])
	if size > uint32(limit(kind)) {
		return 0, 0, fmt.Errorf("message of %d bytes: more than %d", size, limit(kind))
	}
	c.start += headerSize
	return kind, int(size), nil
}

// body reads a body. Its memory grows with what really arrives and not with what
// the header promises.
func (c *Conn) body(size int) ([]byte, error) {
	var body []byte
	for len(body) < size {
		if c.start == c.end {
			if err := c.fill(); err != nil {
				return nil, unexpected(err)
			}
		}
		n := min(size-len(body), c.end-c.start)
		body = append(body, c.in[c.start:c.start+n]...)
		c.start += n
	}
	return body, nil
}

// pooled is the size from which a Data message comes from the pool: a reader that
// is slow must not keep a large buffer for every byte of a chatty program.
const pooled = 16 << 10

// data reads the body of a Data message past the buffer.
func (c *Conn) data(size int) (*Data, error) {
	if size < 1 {
		return nil, session.ErrMalformed
	}
	m := &Data{}
	var body []byte
	if size < pooled {
		body = make([]byte, size)
	} else {
		m.whole = pool.Get().(*[1 + Chunk]byte)
		body = m.whole[:size]
	}
	n := copy(body, c.in[c.start:c.end])
	c.start += n
	if _, err := io.ReadFull(c.stream, body[n:]); err != nil {
		m.Recycle()
		return nil, unexpected(err)
	}
	m.Stream, m.Bytes = int(body[0]), body[1:]
	return m, nil
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fill reads more input behind what is buffered.
func (c *Conn) fill() error {
	if c.start > 0 {
		c.end = copy(c.in, c.in[c.start:c.end])
		c.start = 0
	}
	n, err := c.read(c.in[c.end:])
	c.end += n
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.EOF
	}
	return err
}
