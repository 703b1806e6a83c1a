package rpc

import (
	"sync"

	"golang.org/x/sys/unix"
)

// devNull is /dev/null, opened once: it takes the place of a descriptor that is
// to be closed while its number is still in use.
var devNull = sync.OnceValue(func() int {
	fd, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	return fd
})
