package rpc

import (
	"context"
	"syscall"

	"golang.org/x/sys/unix"

	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// drain sends what the command writes to one output.
func (run *served) drain(ctx context.Context, n uint32, out *output) {
	buf := make([]byte, maxData)
	for {
		may, err := out.credit.available(ctx)
		if err != nil {
			return
		}
		got := out.read(buf[:may])
		if got <= 0 {
			break
		}
		out.credit.spend(got)
		err = run.reply(&pb.StartOutput{Message: &pb.StartOutput_Data{Data: &pb.Data{Number: n, Bytes: append([]byte(nil), buf[:got]...)}}})
		out.sent()
		if err != nil {
			return
		}
	}
	run.reply(&pb.StartOutput{Message: &pb.StartOutput_End{End: &pb.End{Number: n}}})
}

// read is busy from before the bytes leave the pipe.
func (o *output) read(p []byte) (n int) {
	raw, err := o.r.SyscallConn()
	if err != nil {
		return 0
	}
	rerr := raw.Read(func(fd uintptr) bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		var err error
		n, err = syscall.Read(int(fd), p)
		o.busy = n > 0
		return err != syscall.EAGAIN && err != syscall.EINTR
	})
	if rerr != nil {
		return 0
	}
	return n
}

func (o *output) sent() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.busy = false
}

// empty reports whether all that was written so far has been sent.
func (o *output) empty() (empty bool) {
	raw, err := o.r.SyscallConn()
	if err != nil {
		return true
	}
	empty = true
	raw.Control(func(fd uintptr) {
		o.mu.Lock()
		defer o.mu.Unlock()
		n, err := unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		empty = !o.busy && (err != nil || n == 0)
	})
	return empty
}
