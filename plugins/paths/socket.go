package paths

import (
	"fmt"
	"hash/fnv"
	"path/filepath"
)

// maxSocket is the longest socket path: sun_path without its NUL, unix(7).
const maxSocket = 107

// Socket is the path of the socket called name in a runtime folder. A name that
// does not fit is replaced by its hash.
func Socket(runtime, name string) string {
	path := filepath.Join(runtime, name+".sock")
	if len(path) <= maxSocket {
		return path
	}
	h := fnv.New64a()
	h.Write([]byte(name))
	return filepath.Join(runtime, fmt.Sprintf("%016x.sock", h.Sum64()))
}

// The names of sockets for [Socket]. An instance's is its own name. The interop
// socket has a folder to itself, which instances see: a socket that is replaced
// stays visible through its folder and not by itself.
const (
	DaemonSocket  = "lxshd"
	InteropSocket = "host/interop"
)
