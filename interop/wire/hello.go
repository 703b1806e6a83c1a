package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Version is this protocol's version. The header of a frame and the hello message
// are the same in all versions.
const Version = 1

var magic = [4]byte{'l', 'x', 'i', 'o'}

// Queue puts a hello before the next message that is sent, so that both travel
// in one packet.
func (c *Conn) Queue() {
	c.send.Lock()
	defer c.send.Unlock()
	c.out = binary.LittleEndian.AppendUint32(c.out, uint32(len(magic)+2))
	c.out = append(c.out, byte(kindHello))
	c.out = append(c.out, magic[:]...)
	c.out = binary.LittleEndian.AppendUint16(c.out, Version)
}

// A VersionError is a peer that speaks another version.
type VersionError struct{ Peer uint16 }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the other side speaks version %d of the interop protocol, this one %d (install one release of lxsh on both)", e.Peer, Version)
}

// ReceiveHello receives the peer's hello.
func (c *Conn) ReceiveHello() error {
	kind, size, err := c.header()
	if err != nil {
		return err
	}
	body, err := c.body(size)
	if err != nil {
		return err
	}
	if kind != kindHello || len(body) != len(magic)+2 || [4]byte(body[:4]) != magic {
		return errors.New("the other side does not speak the interop protocol")
	}
	if version := binary.LittleEndian.Uint16(body[4:]); version != Version {
		return &VersionError{version}
	}
	return nil
}
