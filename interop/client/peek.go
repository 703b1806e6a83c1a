package client

import (
	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

func newPeeker(file int, stat *unix.Stat_t) peeker {
	switch stat.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFBLK:
		if at, err := unix.Seek(file, 0, unix.SEEK_CUR); err == nil {
			return &filePeeker{file: file, at: at}
		}
	case unix.S_IFIFO:
		if pipe, err := newPipePeeker(file); err == nil {
			return pipe
		}
	case unix.S_IFSOCK:
		return &socketPeeker{file: file}
	}
	return devicePeeker(file)
}

// A filePeeker reads at an offset and moves the shared one when bytes are taken.
type filePeeker struct {
	file int
	at   int64
}

func (f *filePeeker) peek(p []byte, skip int) (int, bool, error) {
	n, err := retry(func() (int, error) { return unix.Pread(f.file, p, f.at+int64(skip)) })
	return n, n == 0, err
}

func (f *filePeeker) take(n int) error {
	f.at += int64(n)
	_, err := unix.Seek(f.file, f.at, unix.SEEK_SET)
	return err
}

func (f *filePeeker) close() {}

// A pipePeeker doubles the pipe's contents by tee(2), which takes nothing away,
// into a pipe of its own. What it passes over it splices to /dev/null, where no
// byte is copied.
type pipePeeker struct{ file, r, w, null int }

func newPipePeeker(file int) (*pipePeeker, error) {
	var private [2]int
	if err := unix.Pipe2(private[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, err
	}
	null, err := unix.Open("/dev/null", unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(private[0])
		unix.Close(private[1])
		return nil, err
	}
	// Nothing is taken before the program has it, so what the pipe holds is what
	// can be under way.
	if size, err := unix.FcntlInt(uintptr(file), unix.F_GETPIPE_SZ, 0); err == nil && size < wire.Window {
		unix.FcntlInt(uintptr(file), unix.F_SETPIPE_SZ, wire.Window)
	}
	return &pipePeeker{file, private[0], private[1], null}, nil
}

func (p *pipePeeker) peek(buffer []byte, skip int) (int, bool, error) {
	// Whatever the pipe holds must fit into ours.
	if size, err := unix.FcntlInt(uintptr(p.file), unix.F_GETPIPE_SZ, 0); err == nil {
		if own, err := unix.FcntlInt(uintptr(p.w), unix.F_GETPIPE_SZ, 0); err == nil && own < size {
			unix.FcntlInt(uintptr(p.w), unix.F_SETPIPE_SZ, size)
		}
	}
	ended := hungUp(p.file) // asked first: what was written before the end is seen below
	all, err := retry(func() (int, error) {
		n, err := unix.Tee(p.file, p.w, 1<<30, unix.SPLICE_F_NONBLOCK)
		return int(n), err
	})
	if err == unix.EAGAIN {
		return 0, ended, nil
	}
	if err != nil {
		return 0, false, err
	}
	if err := p.discard(p.r, min(skip, all)); err != nil {
		return 0, false, err
	}
	if all <= skip {
		return 0, ended, nil
	}
	n, err := retry(func() (int, error) { return unix.Read(p.r, buffer[:min(len(buffer), all-skip)]) })
	if err != nil {
		return 0, false, err
	}
	return n, false, p.discard(p.r, all-skip-n)
}

func (p *pipePeeker) take(n int) error { return p.discard(p.file, n) }

// discard passes over n bytes that are there.
func (p *pipePeeker) discard(file, n int) error {
	for n > 0 {
		got, err := retry(func() (int, error) {
			n, err := unix.Splice(file, nil, p.null, nil, n, 0)
			return int(n), err
		})
		if err != nil || got == 0 {
			return err
		}
		n -= got
	}
	return nil
}

func (p *pipePeeker) close() {
	for _, fd := range []int{p.r, p.w, p.null} {
		unix.Close(fd)
	}
}

// A socketPeeker looks by MSG_PEEK.
type socketPeeker struct {
	file    int
	scratch []byte
}

func (s *socketPeeker) peek(buffer []byte, skip int) (int, bool, error) {
	if len(s.scratch) < skip+len(buffer) {
		s.scratch = make([]byte, skip+len(buffer))
	}
	ended := hungUp(s.file)
	all, err := retry(func() (int, error) {
		n, _, err := unix.Recvfrom(s.file, s.scratch[:skip+len(buffer)], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		return n, err
	})
	if err == unix.EAGAIN {
		return 0, ended, nil
	}
	if err != nil || all <= skip {
		return 0, ended, err
	}
	return copy(buffer, s.scratch[skip:all]), false, nil
}

func (s *socketPeeker) take(n int) error {
	for n > 0 {
		got, err := retry(func() (int, error) {
			n, _, err := unix.Recvfrom(s.file, s.scratch[:min(n, len(s.scratch))], unix.MSG_DONTWAIT)
			return n, err
		})
		if err != nil || got == 0 {
			return err
		}
		n -= got
	}
	return nil
}

func (s *socketPeeker) close() {}

// A devicePeeker is a terminal or another device, whose bytes cannot be looked at:
// they are read when they come, a line of a terminal at a time.
type devicePeeker int

func (d devicePeeker) peek(buffer []byte, _ int) (int, bool, error) {
	ready := []unix.PollFd{{Fd: int32(d), Events: unix.POLLIN}}
	if n, err := retry(func() (int, error) { return unix.Poll(ready, 0) }); n == 0 || err != nil {
		return 0, false, err
	}
	n, err := retry(func() (int, error) { return unix.Read(int(d), buffer) })
	if err == unix.EAGAIN {
		return 0, false, nil
	}
	return n, n == 0, err
}

func (d devicePeeker) take(int) error { return nil }
func (d devicePeeker) close()         {}

// hungUp reports whether nothing more will be written to the file.
func hungUp(file int) bool {
	ready := []unix.PollFd{{Fd: int32(file), Events: unix.POLLIN | unix.POLLRDHUP}}
	_, err := retry(func() (int, error) { return unix.Poll(ready, 0) })
	return err == nil && ready[0].Revents&(unix.POLLHUP|unix.POLLRDHUP) != 0
}

func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return max(n, 0), err
		}
	}
}
