package rpc

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// process is a command in another process, whose bytes are carried here.
type process struct {
	stream pb.Runtime_StartClient
	cancel context.CancelFunc
	send   sync.Mutex
	pid    int

	inputs  map[uint32]*input
	outputs map[uint32]*queue
	files   map[uint32]int // copies of the caller's descriptors
	carried sync.WaitGroup

	turn    chan struct{} // one waits at a time
	asked   bool          // a wait is on its way; belongs to whoever has the turn
	answers chan plugins.Status
	lost    chan struct{} // closed when the stream has ended

	mu     sync.Mutex
	status plugins.Status // the last one
	err    error          // why lost is closed
}

var _ plugins.Process = (*process)(nil)

// input is a descriptor of the caller that the command reads.
type input struct {
	credit *credit
	ctx    context.Context
	stop   context.CancelFunc
	wake   *os.File // closed to end a poll
	poll   int
}

// Start implements plugins.Instance.
func (i *Instance) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	p, err := i.start(ctx, cmd)
	if err != nil {
		if _, ok := err.(*plugins.StartError); !ok {
			err = &plugins.StartError{Name: cmd.Name, Err: err}
		}
		return nil, err
	}
	return p, nil
}

func (i *Instance) start(ctx context.Context, cmd *plugins.Command) (_ *process, err error) {
	message, err := fromCommand(cmd)
	if err != nil {
		return nil, err
	}
	// The stream outlives ctx, which ends a start and not a process.
	sctx, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, cancel)
	p := &process{cancel: cancel, inputs: make(map[uint32]*input), outputs: make(map[uint32]*queue),
		files: make(map[uint32]int),
		turn:  make(chan struct{}, 1), answers: make(chan plugins.Status, 1), lost: make(chan struct{})}
	defer func() {
		if err != nil {
			cancel()
			p.release()
		}
	}()
	if err := p.adopt(sctx, cmd, message.Descriptors); err != nil {
		return nil, err
	}
	if p.stream, err = i.service.Start(sctx); err != nil {
		return nil, fromStatus(err)
	}
	if err := p.say(&pb.StartInput{Message: &pb.StartInput_Command{Command: message}}); err != nil && err != io.EOF {
		return nil, fromStatus(err)
	}
	first, err := p.stream.Recv()
	if err != nil {
		return nil, fromStatus(err)
	}
	if first.GetStarted() == nil {
		return nil, fmt.Errorf("the plugin's first message is %T and not that the command started", first.Message)
	}
	stop()
	p.pid = int(first.GetStarted().Pid)
	go p.carry()
	return p, nil
}

// adopt copies the caller's descriptors: they stay its own.
func (p *process) adopt(ctx context.Context, cmd *plugins.Command, list []*pb.Descriptor) error {
	for _, d := range list {
		if d.SameAs != nil {
			continue
		}
		fd, err := unix.FcntlInt(uintptr(cmd.Files[d.Number].Fd()), unix.F_DUPFD_CLOEXEC, 3)
		if err != nil {
			return fmt.Errorf("descriptor %d: %w", d.Number, err)
		}
		p.files[d.Number] = fd
		if !d.Input {
			p.outputs[d.Number] = newQueue()
			continue
		}
		var wake [2]int
		if err := unix.Pipe2(wake[:], unix.O_CLOEXEC); err != nil {
			return fmt.Errorf("descriptor %d: %w", d.Number, err)
		}
		in := &input{credit: newCredit(0), poll: wake[0], wake: os.NewFile(uintptr(wake[1]), "wake")}
		in.ctx, in.stop = context.WithCancel(ctx)
		p.inputs[d.Number] = in
	}
	return nil
}

func (p *process) release() {
	for _, fd := range p.files {
		unix.Close(fd)
	}
	for _, in := range p.inputs {
		in.end()
		unix.Close(in.poll)
	}
}

func (in *input) end() {
	in.stop()
	in.wake.Close()
}

func (p *process) say(m *pb.StartInput) error {
	p.send.Lock()
	defer p.send.Unlock()
	return p.stream.Send(m)
}

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

func (p *process) finish(err error) {
	p.mu.Lock()
	p.err = fmt.Errorf("the plugin lost the command: %w", fromStatus(err))
	p.mu.Unlock()
	close(p.lost)
}

// Pid implements plugins.Process.
func (p *process) Pid() int { return p.pid }

// Wait implements plugins.Process. A wait whose ctx ended stays on its way, and
// the next one takes its answer.
func (p *process) Wait(ctx context.Context) (plugins.Status, error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return plugins.Status{}, ctx.Err()
	}
	defer func() { <-p.turn }()
	if st, ended := p.ended(); ended {
		return st, nil
	}
	if !p.asked {
		if err := p.say(&pb.StartInput{Message: &pb.StartInput_Wait{Wait: new(pb.Wait)}}); err == nil {
			p.asked = true
		}
	}
	select {
	case st := <-p.answers:
		return p.answer(st), nil
	case <-p.lost:
	case <-ctx.Done():
		return plugins.Status{}, ctx.Err()
	}
	select {
	case st := <-p.answers: // came with the stream's end
		return p.answer(st), nil
	default:
		return plugins.Status{}, p.err
	}
}

func (p *process) answer(st plugins.Status) plugins.Status {
	p.asked = false
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = st
	return st
}

func (p *process) ended() (plugins.Status, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status, p.status.Ended()
}

// Signal implements plugins.Process.
func (p *process) Signal(_ context.Context, sig int, group bool) error {
	if _, ended := p.ended(); ended {
		return os.ErrProcessDone
	}
	return fromStatus(p.say(&pb.StartInput{Message: &pb.StartInput_Signal{Signal: &pb.Signal{Number: int32(sig), Group: group}}}))
}
