package rpc

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"

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
