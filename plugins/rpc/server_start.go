package rpc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// served is one command that runs in the plugin for a caller of gRPC.
type served struct {
	stream pb.Runtime_StartServer
	send   sync.Mutex
	// The plugin's ends of the command's pipes, by descriptor number.
	inputs  map[uint32]*queue
	outputs map[uint32]*output
	pumps   sync.WaitGroup // of the outputs
	waits   chan struct{}  // a wait that was asked for
}

// output is the reading end of one of the command's outputs.
type output struct {
	r      *os.File
	credit *credit
	mu     sync.Mutex
	busy   bool // bytes are read and not sent yet
}

// Start implements the service.
func (s *Server) Start(stream pb.Runtime_StartServer) error {
	inst, err := s.open()
	if err != nil {
		return err
	}
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if first.GetCommand() == nil {
		return status.Error(codes.InvalidArgument, "the first message must be a command")
	}
	run := &served{stream: stream, inputs: make(map[uint32]*queue), outputs: make(map[uint32]*output), waits: make(chan struct{}, 1)}
	cmd := toCommand(first.GetCommand())
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	mine, err := run.pipes(cmd, first.GetCommand().GetDescriptors())
	defer closeAll(mine)
	if err != nil {
		closeFiles(cmd.Files)
		return toStatus(err)
	}
	p, err := inst.Start(ctx, cmd)
	closeFiles(cmd.Files)
	if err != nil {
		return toStatus(err)
	}
	return run.carry(ctx, p, cmd.Hangup, mine)
}

// pipes makes a pipe for each descriptor: one end goes into cmd, the other is
// returned, by number.
func (run *served) pipes(cmd *plugins.Command, list []*pb.Descriptor) (map[uint32]*os.File, error) {
	mine := make(map[uint32]*os.File)
	for _, d := range list {
		if d.Number >= maxDescriptor || mine[d.Number] != nil {
			return mine, fmt.Errorf("descriptor %d: %w", d.Number, syscall.EINVAL)
		}
		for len(cmd.Files) <= int(d.Number) {
			cmd.Files = append(cmd.Files, nil)
		}
		if d.SameAs != nil {
			first := d.GetSameAs()
			if mine[first] == nil || cmd.Files[d.Number] != nil {
				return mine, fmt.Errorf("descriptor %d: %w", d.Number, syscall.EINVAL)
			}
			fd, err := unix.FcntlInt(uintptr(cmd.Files[first].Fd()), unix.F_DUPFD_CLOEXEC, 3)
			if err != nil {
				return mine, fmt.Errorf("descriptor %d: %w", d.Number, err)
			}
			cmd.Files[d.Number] = newFile(fd)
			continue
		}
		var fds [2]int
		if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC); err != nil {
			return mine, fmt.Errorf("descriptor %d: %w", d.Number, err)
		}
		ours, theirs := fds[0], fds[1]
		if d.Input {
			ours, theirs = theirs, ours
			run.inputs[d.Number] = newQueue()
		}
		syscall.SetNonblock(ours, true)
		mine[d.Number] = os.NewFile(uintptr(ours), "pipe")
		cmd.Files[d.Number] = newFile(theirs)
		if !d.Input {
			run.outputs[d.Number] = &output{r: mine[d.Number], credit: newCredit(outputWindow)}
		}
	}
	return mine, nil
}

// carry moves bytes until the command has ended and its outputs too.
func (run *served) carry(ctx context.Context, p plugins.Process, hangup bool, mine map[uint32]*os.File) error {
	if err := run.reply(&pb.StartOutput{Message: &pb.StartOutput_Started{Started: &pb.Started{Pid: int32(p.Pid())}}}); err != nil {
		return run.lost(p, hangup)
	}
	var writers sync.WaitGroup
	for n, q := range run.inputs {
		writers.Go(func() { run.feed(n, q, mine[n]) })
	}
	for n, out := range run.outputs {
		run.pumps.Go(func() { run.drain(ctx, n, out) })
	}
	received := make(chan error, 1)
	go func() { received <- run.receive(ctx, p, mine) }()

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run.report(ctx, p)
		run.pumps.Wait()
	}()
	var err error
	select {
	case <-ended:
	case err = <-received:
		run.lost(p, hangup)
	}
	for _, q := range run.inputs {
		q.drop()
	}
	closeAll(mine)
	writers.Wait()
	return err
}

// lost hangs up a foreground command whose caller is gone.
func (run *served) lost(p plugins.Process, hangup bool) error {
	if hangup {
		p.Signal(context.Background(), int(syscall.SIGHUP), false)
		p.Signal(context.Background(), int(syscall.SIGCONT), false)
	}
	go waitOut(p) // somebody has to
	return status.Error(codes.Canceled, "the caller is gone")
}

func waitOut(p plugins.Process) {
	for {
		if st, err := p.Wait(context.Background()); err != nil || st.Ended() {
			return
		}
	}
}

func (run *served) reply(m *pb.StartOutput) error {
	run.send.Lock()
	defer run.send.Unlock()
	return run.stream.Send(m)
}

func (run *served) receive(ctx context.Context, p plugins.Process, mine map[uint32]*os.File) error {
	for {
		m, err := run.stream.Recv()
		if err != nil {
			return err
		}
		switch m := m.Message.(type) {
		case *pb.StartInput_Data:
			if q := run.inputs[m.Data.Number]; q != nil && !q.put(m.Data.Bytes, inputWindow) {
				return status.Errorf(codes.ResourceExhausted, "descriptor %d: more data than was granted", m.Data.Number)
			}
		case *pb.StartInput_End:
			if q := run.inputs[m.End.Number]; q != nil {
				q.end()
			} else if out := run.outputs[m.End.Number]; out != nil {
				out.r.Close() // the command gets SIGPIPE
			}
		case *pb.StartInput_Credit:
			if out := run.outputs[m.Credit.Number]; out != nil {
				out.credit.grant(int(m.Credit.Bytes))
			}
		case *pb.StartInput_Wait:
			select {
			case run.waits <- struct{}{}:
			default:
				return status.Error(codes.InvalidArgument, "a second wait before the first was answered")
			}
		case *pb.StartInput_Signal:
			p.Signal(ctx, int(m.Signal.Number), m.Signal.Group)
		}
	}
}

// feed writes what arrives for one input, and asks for more.
func (run *served) feed(n uint32, q *queue, w *os.File) {
	defer w.Close()
	grant := func(bytes int) {
		run.reply(&pb.StartOutput{Message: &pb.StartOutput_Credit{Credit: &pb.Credit{Number: n, Bytes: uint32(bytes)}}})
	}
	grant(inputWindow)
	for {
		b := q.next()
		if b == nil {
			return
		}
		if _, err := w.Write(b); err != nil {
			q.drop()
			run.reply(&pb.StartOutput{Message: &pb.StartOutput_End{End: &pb.End{Number: n}}})
			return
		}
		grant(len(b))
	}
}

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

// flushPoll is how often the outputs of an ended command are looked at.
const flushPoll = time.Millisecond

// report answers the waits, the last one after all that the command wrote.
func (run *served) report(ctx context.Context, p plugins.Process) {
	for {
		select {
		case <-run.waits:
		case <-ctx.Done():
			return
		}
		st, err := p.Wait(ctx)
		if errors.Is(err, context.Canceled) {
			return
		}
		if err != nil {
			st = plugins.Status{State: plugins.Signalled, Code: int(syscall.SIGKILL)}
		}
		if st.Ended() {
			for _, out := range run.outputs {
				for !out.empty() && ctx.Err() == nil {
					time.Sleep(flushPoll)
				}
			}
		}
		run.reply(&pb.StartOutput{Message: &pb.StartOutput_Status{Status: fromProcessStatus(st)}})
		if st.Ended() {
			return
		}
	}
}
