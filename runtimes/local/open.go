package local

import (
	"context"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// Open is openat(2). Of what it may open, a FIFO can block for ever: where ctx
// can end, such an open runs aside and is woken when ctx does.
func (FileSystem) Open(ctx context.Context, dir plugins.Dir, name string, flags int, perm uint32) (plugins.File, error) {
	d, p := at(dir, name)
	open := func() (int, error) {
		return retry(func() (int, error) { return unix.Openat(d, p, flags|unix.O_CLOEXEC, perm) })
	}
	if ctx.Done() != nil && flags&(unix.O_NONBLOCK|unix.O_PATH) == 0 {
		if fifo, err := openFIFO(d, p); err == nil {
			defer unix.Close(fifo)
			return openAside(ctx, name, fifo, flags)
		}
	}
	fd, err := open()
	if err != nil {
		return nil, failed("open", name, err)
	}
	return NewFile(fd), nil
}

// openFIFO returns an O_PATH descriptor of the FIFO, or an error when the name
// is anything else.
func openFIFO(d int, p string) (int, error) {
	var st unix.Stat_t
	if err := unix.Fstatat(d, p, &st, 0); err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return -1, unix.ENXIO
	}
	fd, err := unix.Openat(d, p, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Fstat(fd, &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		unix.Close(fd)
		return -1, unix.ENXIO
	}
	return fd, nil
}

// openAside opens the FIFO, however long that takes, or until ctx ends.
func openAside(ctx context.Context, name string, fifo, flags int) (plugins.File, error) {
	type result struct {
		fd  int
		err error
	}
	path := self(fifo)
	opened := make(chan result, 1)
	go func() {
		fd, err := retry(func() (int, error) { return unix.Open(path, flags&^unix.O_CREAT|unix.O_CLOEXEC, 0) })
		opened <- result{fd, err}
	}()
	select {
	case r := <-opened:
		if r.err != nil {
			return nil, failed("open", name, r.err)
		}
		return NewFile(r.fd), nil
	case <-ctx.Done():
	}
	// An open of both ends never blocks (fifo(7)) and is the partner that the
	// other thread waits for. Left alone, that thread would one day take a
	// writer's data for nobody.
	if both, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err == nil {
		if r := <-opened; r.err == nil {
			unix.Close(r.fd)
		}
		unix.Close(both)
	} else {
		go func() {
			if r := <-opened; r.err == nil {
				unix.Close(r.fd)
			}
		}()
	}
	return nil, ctx.Err()
}

// self names a descriptor of this process.
func self(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }
