package server

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// An output is a stream that the program writes. No more is read from its pipe
// than the caller has room for, so that a caller that does not read stops its own
// program and costs nothing else.
type output struct {
	conn   *wire.Conn
	stream int
	pipe   *os.File

	mu      sync.Mutex
	room    *sync.Cond
	sent    int // bytes sent and not taken
	sending bool
	stopped bool
	dropped bool // nobody reads any more
}

func newOutput(conn *wire.Conn, stream, pipe int) *output {
	unix.SetNonblock(pipe, true) // our end's own description
	out := &output{conn: conn, stream: stream, pipe: os.NewFile(uintptr(pipe), "stdout")}
	out.room = sync.NewCond(&out.mu)
	return out
}

func (out *output) taken(n int) error {
	out.mu.Lock()
	defer out.mu.Unlock()
	if out.sent -= n; out.sent < 0 {
		return errWindow
	}
	out.room.Signal()
	return nil
}

// stop makes run send what is in the pipe, and return.
func (out *output) stop() {
	out.mu.Lock()
	out.stopped = true
	out.mu.Unlock()
	out.pipe.SetReadDeadline(time.Unix(1, 0))
}

// discard closes the pipe: the program's next write gets SIGPIPE.
func (out *output) discard() {
	out.mu.Lock()
	out.dropped = true
	out.room.Signal()
	out.mu.Unlock()
	out.pipe.Close()
}

func (out *output) close() { out.pipe.Close() }

func (out *output) run() {
	buffer := make([]byte, wire.Lead+wire.Chunk)
	bytes := buffer[wire.Lead:]
	for {
		room := out.wait()
		if room == 0 {
			return
		}
		n, err := out.read(bytes[:min(room, len(bytes))])
		if n == 0 {
			if errors.Is(err, io.EOF) {
				out.conn.Send(&wire.Finish{Stream: out.stream})
			}
			return
		}
		err = out.conn.SendData(out.stream, buffer[:wire.Lead+n])
		out.mu.Lock()
		out.sending = false
		out.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// wait waits until the caller has room, and returns how much; 0: it reads no more.
func (out *output) wait() int {
	out.mu.Lock()
	defer out.mu.Unlock()
	for out.sent >= wire.Window && !out.dropped {
		out.room.Wait()
	}
	if out.dropped {
		return 0
	}
	return wire.Window - out.sent
}

// settle waits until what the program has written is sent, or the caller has no
// room for more: a program that stops has shown its last line before.
func (out *output) settle() {
	raw, err := out.pipe.SyscallConn()
	if err != nil {
		return
	}
	for {
		left := 0
		if raw.Control(func(fd uintptr) { left, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }) != nil || err != nil {
			return
		}
		out.mu.Lock()
		settled := out.dropped || out.sent >= wire.Window || left == 0 && !out.sending
		out.mu.Unlock()
		if settled {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// read reads once. While the program runs it waits for bytes; after the program's
// end it takes those that are there: another process may hold the pipe for long.
func (out *output) read(p []byte) (int, error) {
	raw, err := out.pipe.SyscallConn()
	if err != nil {
		return 0, err
	}
	var n int
	var rerr error
	attempt := func(fd uintptr) bool {
		for {
			out.mu.Lock()
			if n, rerr = unix.Read(int(fd), p); n > 0 {
				out.sent += n
				out.sending = true
			}
			out.mu.Unlock()
			if rerr != unix.EINTR {
				return rerr != unix.EAGAIN
			}
		}
	}
	err = raw.Read(attempt)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = raw.Control(func(fd uintptr) { attempt(fd) })
	}
	switch {
	case err != nil || rerr != nil:
		return 0, errors.Join(err, rerr)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
