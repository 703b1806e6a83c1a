package server

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// An input is a stream that the program reads. The caller keeps what it sends
// until the program has really read it, which the pipe tells (FIONREAD): what is
// in the pipe when the program ends is still the caller's, so that in
//
//	ls / | { host-command; cat; }
//
// cat gets what the host's command left.
type input struct {
	conn   *wire.Conn
	stream int
	wake   chan struct{}

	mu      sync.Mutex
	queue   []*wire.Data
	pending int // bytes received and not told as taken
	ended   bool
	stopped bool
	pipe    *os.File // write end; after the caller's end a read end that only counts

	written, told int // bytes; of run alone
}

func newInput(conn *wire.Conn, stream, pipe int) *input {
	unix.SetNonblock(pipe, true) // our end's own description: the program's end still blocks
	return &input{conn: conn, stream: stream, wake: make(chan struct{}, 1), pipe: os.NewFile(uintptr(pipe), "stdin")}
}

var errWindow = errors.New("more bytes than the window")

func (in *input) add(m *wire.Data) error {
	in.mu.Lock()
	in.queue = append(in.queue, m)
	in.pending += len(m.Bytes)
	over := in.pending > wire.Window || in.ended
	in.mu.Unlock()
	in.signal()
	if over {
		return errWindow
	}
	return nil
}

func (in *input) end() {
	in.mu.Lock()
	in.ended = true
	in.mu.Unlock()
	in.signal()
}

// stop makes run tell the last count and return.
func (in *input) stop() {
	in.mu.Lock()
	in.stopped = true
	in.pipe.SetWriteDeadline(time.Unix(1, 0))
	in.mu.Unlock()
	in.signal()
}

func (in *input) signal() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}

func (in *input) close() { in.pipe.Close() }

// The pipe of a reader that takes its time is looked at ever less often.
const (
	lookFirst = 50 * time.Microsecond
	lookLast  = 20 * time.Millisecond
)

func (in *input) run() {
	pause := lookFirst
	timer := time.NewTimer(pause)
	defer timer.Stop()
	broken, closed := false, false
	for {
		m, ended, stopped := in.next()
		switch {
		case stopped:
			in.tell()
			return
		case m != nil:
			if err := in.write(m.Bytes); errors.Is(err, syscall.EPIPE) && !broken {
				broken = true
				in.conn.Send(&wire.Finish{Stream: in.stream})
			}
			m.Recycle()
			pause = lookFirst
			continue
		case ended && !closed:
			closed = true
			if in.closeWrite() != nil {
				return
			}
		}
		var look <-chan time.Time
		told := in.told
		left := in.tell()
		if in.told > told {
			pause = lookFirst
		}
		if !broken && left > 0 {
			timer.Reset(pause)
			look = timer.C
			pause = min(2*pause, lookLast)
		}
		select {
		case <-in.wake:
		case <-look:
		}
	}
}

// next is the next thing to do.
func (in *input) next() (m *wire.Data, ended, stopped bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return nil, false, true
	}
	if len(in.queue) > 0 {
		m, in.queue = in.queue[0], in.queue[1:]
		return m, false, false
	}
	return nil, in.ended, false
}

// write fills the pipe, and tells the caller whenever the reader made room.
func (in *input) write(bytes []byte) error {
	raw, err := in.pipe.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		in.tell()
		for len(bytes) > 0 {
			n, err := unix.Write(int(fd), bytes)
			switch err {
			case nil:
				in.written += n
				bytes = bytes[n:]
			case unix.EAGAIN:
				return false
			case unix.EINTR:
			default:
				failed = err
				return true
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

// tell tells the caller what the reader has taken, and returns how many bytes it
// has not.
func (in *input) tell() int {
	raw, err := in.pipe.SyscallConn()
	if err != nil {
		return 0
	}
	left := 0
	if raw.Control(func(fd uintptr) { left, err = unix.IoctlGetInt(int(fd), unix.TIOCINQ) /* FIONREAD */ }) != nil || err != nil {
		return 0
	}
	if n := in.written - left - in.told; n > 0 {
		in.told += n
		in.mu.Lock()
		in.pending -= n
		in.mu.Unlock()
		in.conn.Send(&wire.Taken{Stream: in.stream, Count: n})
	}
	return left
}

// closeWrite closes the write end, so that the program sees the end of its input.
// A read end that nobody reads from goes on counting.
func (in *input) closeWrite() error {
	raw, err := in.pipe.SyscallConn()
	if err != nil {
		return err
	}
	var counter *os.File
	cerr := raw.Control(func(fd uintptr) {
		counter, err = os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", fd), os.O_RDONLY|unix.O_NONBLOCK, 0)
	})
	if err := errors.Join(cerr, err); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.pipe.Close()
	in.pipe = counter
	return nil
}
