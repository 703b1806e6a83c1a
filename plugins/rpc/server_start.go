package rpc

import (
	"context"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

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
