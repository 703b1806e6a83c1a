package rpc

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"

	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// carry moves bytes and states until the stream ends.
func (p *process) carry() {
	for n, in := range p.inputs {
		p.carried.Go(func() { p.feed(n, in) })
	}
	for n, q := range p.outputs {
		p.carried.Go(func() { p.drain(n, q) })
	}
	err := p.receive()
	for _, q := range p.outputs {
		q.end()
	}
	for _, in := range p.inputs {
		in.end()
	}
	p.carried.Wait()
	p.finish(err)
	p.cancel()
	p.release()
}

func (p *process) receive() error {
	for {
		m, err := p.stream.Recv()
		if err != nil {
			return err
		}
		switch m := m.Message.(type) {
		case *pb.StartOutput_Data:
			if q := p.outputs[m.Data.Number]; q != nil && !q.put(m.Data.Bytes, outputWindow) {
				return fmt.Errorf("the plugin sends more data than was granted")
			}
		case *pb.StartOutput_End:
			if q := p.outputs[m.End.Number]; q != nil {
				q.end()
			} else if in := p.inputs[m.End.Number]; in != nil {
				in.end()
			}
		case *pb.StartOutput_Credit:
			if in := p.inputs[m.Credit.Number]; in != nil {
				in.credit.grant(int(m.Credit.Bytes))
			}
		case *pb.StartOutput_Status:
			st, err := toProcessStatus(m.Status)
			if err != nil {
				return err
			}
			if st.Ended() {
				for _, q := range p.outputs {
					q.flush()
				}
				for _, in := range p.inputs {
					in.end()
				}
			}
			select {
			case p.answers <- st:
			default:
				return fmt.Errorf("the plugin sends a status that nobody asked for")
			}
		}
	}
}

// feed reads the caller's descriptor, only when more is wanted, and without
// holding on to bytes that came after the command's end.
func (p *process) feed(n uint32, in *input) {
	fd := p.files[n]
	buf := make([]byte, maxData)
	for {
		may, err := in.credit.available(in.ctx)
		if err != nil {
			return
		}
		polled := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(in.poll)}}
		if _, err := unix.Poll(polled, -1); err == unix.EINTR {
			continue
		}
		if polled[1].Revents != 0 {
			return
		}
		got, err := syscall.Read(fd, buf[:may])
		if err == syscall.EINTR || err == syscall.EAGAIN {
			continue
		}
		if got <= 0 {
			p.say(&pb.StartInput{Message: &pb.StartInput_End{End: &pb.End{Number: n}}})
			return
		}
		in.credit.spend(got)
		if p.say(&pb.StartInput{Message: &pb.StartInput_Data{Data: &pb.Data{Number: n, Bytes: append([]byte(nil), buf[:got]...)}}}) != nil {
			return
		}
	}
}

// drain writes what the command sent to the caller's descriptor.
func (p *process) drain(n uint32, q *queue) {
	for {
		b := q.next()
		if b == nil {
			break
		}
		if err := writeAll(p.files[n], b); err != nil {
			q.drop()
			p.say(&pb.StartInput{Message: &pb.StartInput_End{End: &pb.End{Number: n}}})
			break
		}
		p.say(&pb.StartInput{Message: &pb.StartInput_Credit{Credit: &pb.Credit{Number: n, Bytes: uint32(len(b))}}})
	}
	// The reader of a pipe must see its end when the command's own is closed.
	unix.Dup3(devNull(), p.files[n], unix.O_CLOEXEC)
}

func writeAll(fd int, b []byte) error {
	for len(b) > 0 {
		n, err := syscall.Write(fd, b)
		switch err {
		case nil:
			b = b[n:]
		case syscall.EINTR:
		case syscall.EAGAIN:
			unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, -1)
		default:
			return err
		}
	}
	return nil
}
