package wire

import (
	"encoding/binary"
	"errors"
)

// An Encoder builds the body of one frame.
type Encoder struct{ buf []byte }

// NewEncoder returns an empty Encoder.
func NewEncoder() *Encoder { return &Encoder{buf: make([]byte, headerSize, 256)} }

// Len is the length of the body so far, in bytes.
func (e *Encoder) Len() int { return len(e.buf) - headerSize }

// Body is what was encoded.
func (e *Encoder) Body() []byte { return e.buf[headerSize:] }

func (e *Encoder) Uint(v uint64) *Encoder {
	e.buf = binary.AppendUvarint(e.buf, v)
	return e
}

func (e *Encoder) Int(v int64) *Encoder {
	e.buf = binary.AppendVarint(e.buf, v)
	return e
}

func (e *Encoder) Bool(v bool) *Encoder {
	if v {
		return e.Uint(1)
	}
	return e.Uint(0)
}

func (e *Encoder) String(s string) *Encoder {
	e.Uint(uint64(len(s)))
	e.buf = append(e.buf, s...)
	return e
}

func (e *Encoder) Bytes(b []byte) *Encoder {
	e.Uint(uint64(len(b)))
	e.buf = append(e.buf, b...)
	return e
}

// Raw appends b without its length: the rest of the body.
func (e *Encoder) Raw(b []byte) *Encoder {
	e.buf = append(e.buf, b...)
	return e
}

func (e *Encoder) Strings(list []string) *Encoder {
	e.Uint(uint64(len(list)))
	for _, s := range list {
		e.String(s)
	}
	return e
}

// ErrMalformed is a body that does not hold what its type demands.
var ErrMalformed = errors.New("malformed message")

// A Decoder reads the body of one frame. After a fault all values are zero and
// Err tells it.
type Decoder struct {
	b    []byte
	fail bool
}

// NewDecoder returns a Decoder of body.
func NewDecoder(body []byte) *Decoder { return &Decoder{b: body} }

// Err is ErrMalformed when a value was missing or out of range.
func (d *Decoder) Err() error {
	if d.fail {
		return ErrMalformed
	}
	return nil
}

// End is Err, and ErrMalformed when something is left over.
func (d *Decoder) End() error {
	if len(d.b) > 0 {
		d.fail = true
	}
	return d.Err()
}

func (d *Decoder) Uint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *Decoder) Int() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *Decoder) Bool() bool { return d.Uint() != 0 }

// Bytes returns a part of the body, not a copy.
func (d *Decoder) Bytes() []byte {
	n := d.Uint()
	if n > uint64(len(d.b)) {
		d.fail, d.b = true, nil
		return nil
	}
	p := d.b[:n:n]
	d.b = d.b[n:]
	return p
}

func (d *Decoder) String() string { return string(d.Bytes()) }

// Count reads a number of elements that take at least one byte each, so that a
// claim cannot make the reader allocate more than the sender sent.
func (d *Decoder) Count() int {
	n := d.Uint()
	if n > uint64(len(d.b)) {
		d.fail, d.b = true, nil
		return 0
	}
	return int(n)
}

func (d *Decoder) Strings() []string {
	n := d.Count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		list = append(list, d.String())
	}
	return list
}
