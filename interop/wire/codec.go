package wire

import (
	"strings"

	session "github.com/lxsh/lxsh/plugins/session/wire"
)

// The body of a message is built with the encoder of the session's protocol.
type encoder = session.Encoder

// A decoder reads a body from an untrusted peer: to the session's decoder it adds
// bounds. What it allocates is a small multiple of what the peer sent.
type decoder struct {
	*session.Decoder
	bad bool
}

// small is a number that is at most limit.
func (d *decoder) small(limit uint64) int {
	v := d.Uint()
	if v > limit {
		d.bad = true
		return 0
	}
	return int(v)
}

// text is a string as the kernel takes it in arguments, variables and paths:
// without NUL.
func (d *decoder) text() string {
	s := d.String()
	if strings.IndexByte(s, 0) >= 0 {
		d.bad = true
	}
	return s
}

// maxTexts is how many strings fit into what execve(2) takes, where each costs
// a pointer.
const maxTexts = maxRequest / 8

func (d *decoder) texts() []string {
	n := d.Count()
	if n > maxTexts {
		d.bad = true
		return nil
	}
	if n == 0 {
		return nil
	}
	list := make([]string, 0, min(n, 1024))
	for range n {
		list = append(list, d.text())
	}
	return list
}

func (d *decoder) end() error {
	if err := d.End(); err != nil || d.bad {
		return session.ErrMalformed
	}
	return nil
}
