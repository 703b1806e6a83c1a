// Package transport connects callers and interop servers, on this kernel or
// across the border of a virtual machine.
package transport

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// Scheme is a kind of transport.
type Scheme uint8

const (
	Unix   Scheme = iota + 1 // a Unix socket of this kernel; descriptors pass
	Vsock                    // AF_VSOCK, vsock(7)
	Hybrid                   // a Unix socket behind which a monitor speaks vsock, as Firecracker's
)

// Context ids of vsock(7).
const (
	cidAny   = 1<<32 - 1
	cidLocal = 1
	cidHost  = 2
)

// An Address is where a server listens. As text it is one of
//
//	unix:/path  or just  /path
//	vsock:CID:PORT       CID a number, or host, local, any
//	hybrid:/path:PORT    /path the monitor's socket, PORT the guest's
type Address struct {
	Scheme Scheme
	Path   string // Unix, Hybrid
	CID    uint32 // Vsock
	Port   uint32 // Vsock, Hybrid
}

// Parse reads an address.
func Parse(text string) (Address, error) {
	bad := func(why string) (Address, error) {
		return Address{}, fmt.Errorf("address %q: %s (unix:/path, vsock:CID:PORT or hybrid:/path:PORT)", text, why)
	}
	if strings.HasPrefix(text, "/") {
		text = "unix:" + text
	}
	scheme, rest, _ := strings.Cut(text, ":")
	if scheme == "unix" {
		return checkPath(Address{Scheme: Unix, Path: rest})
	}
	if scheme != "vsock" && scheme != "hybrid" {
		return bad("unknown scheme")
	}
	colon := strings.LastIndexByte(rest, ':')
	if colon < 0 {
		return bad("no port")
	}
	port, err := strconv.ParseUint(rest[colon+1:], 10, 32)
	if err != nil {
		return bad("the port is no number below 2^32")
	}
	if scheme == "hybrid" {
		return checkPath(Address{Scheme: Hybrid, Path: rest[:colon], Port: uint32(port)})
	}
	cid, err := parseCID(rest[:colon])
	if err != nil {
		return bad("the context id is no number below 2^32")
	}
	return Address{Scheme: Vsock, CID: cid, Port: uint32(port)}, nil
}

func parseCID(text string) (uint32, error) {
	switch text {
	case "any":
		return cidAny, nil
	case "local":
		return cidLocal, nil
	case "host":
		return cidHost, nil
	}
	cid, err := strconv.ParseUint(text, 10, 32)
	return uint32(cid), err
}

// maxPath is the length of sun_path without its final NUL (unix(7)).
const maxPath = 107

func checkPath(a Address) (Address, error) {
	switch {
	case !filepath.IsAbs(a.Path):
		return Address{}, fmt.Errorf("socket %q: not an absolute path", a.Path)
	case len(a.listenPath()) > maxPath:
		return Address{}, fmt.Errorf("socket %s: the path is longer than %d bytes (choose a shorter folder)", a.Path, maxPath)
	}
	return a, nil
}

// listenPath is where a server for a's port listens: a monitor connects the
// guest's connections to PATH_PORT.
func (a Address) listenPath() string {
	if a.Scheme == Hybrid {
		return fmt.Sprintf("%s_%d", a.Path, a.Port)
	}
	return a.Path
}

// String is a as [Parse] reads it.
func (a Address) String() string {
	switch a.Scheme {
	case Vsock:
		return fmt.Sprintf("vsock:%d:%d", a.CID, a.Port)
	case Hybrid:
		return fmt.Sprintf("hybrid:%s:%d", a.Path, a.Port)
	}
	return "unix:" + a.Path
}
