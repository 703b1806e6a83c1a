package server

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// streams are the pipes of a program whose caller's descriptors could not pass.
type streams struct {
	inputs  map[int]*input
	outputs map[int]*output
	theirs  []int // the program's ends, until it has started
	busy    sync.WaitGroup
}

var errSlots = errors.New("the request's descriptors contradict each other")

// open fills in cmd.Files from the request's slots and the files that came with
// it, and makes a pipe for every stream.
func open(conn *wire.Conn, slots []wire.Slot, files []int, cmd *plugins.Command) (*streams, error) {
	s := &streams{inputs: map[int]*input{}, outputs: map[int]*output{}}
	pipes := map[int]wire.SlotKind{}
	ends := map[int]int{}
	cmd.Files = make([]plugins.File, len(slots))
	for i, slot := range slots {
		fd := -1
		switch slot.Kind {
		case wire.Closed:
			continue
		case wire.Passed:
			if slot.Index < len(files) {
				fd = files[slot.Index]
			}
		case wire.In, wire.Out:
			if kind, ok := pipes[slot.Index]; ok && kind != slot.Kind || slot.Index > wire.MaxStream {
				break
			}
			if _, ok := ends[slot.Index]; !ok {
				end, err := s.pipe(conn, slot)
				if err != nil {
					s.close()
					return nil, err
				}
				pipes[slot.Index], ends[slot.Index] = slot.Kind, end
			}
			fd = ends[slot.Index]
		}
		if fd < 0 {
			s.close()
			return nil, errSlots
		}
		cmd.Files[i] = descriptor(fd)
	}
	return s, nil
}

// pipe makes one stream and returns the program's end.
func (s *streams) pipe(conn *wire.Conn, slot wire.Slot) (int, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return -1, fmt.Errorf("pipe: %w", err)
	}
	// The larger pipe saves a change of process per 64 KiB. A user who has many
	// gets no more memory for them (pipe(7)), and does without. It is smaller
	// than the window: a full one tells at once when its reader takes from it.
	unix.FcntlInt(uintptr(ends[0]), unix.F_SETPIPE_SZ, wire.Chunk)
	theirs, ours := ends[0], ends[1]
	if slot.Kind == wire.Out {
		theirs, ours = ours, theirs
		s.outputs[slot.Index] = newOutput(conn, slot.Index, ours)
	} else {
		s.inputs[slot.Index] = newInput(conn, slot.Index, ours)
	}
	s.theirs = append(s.theirs, theirs)
	return theirs, nil
}

// started closes the program's ends here.
func (s *streams) started() {
	closeAll(s.theirs)
	s.theirs = nil
}

// run moves bytes until finish or abandon.
func (s *streams) run() {
	for _, in := range s.inputs {
		s.busy.Go(in.run)
	}
	for _, out := range s.outputs {
		s.busy.Go(out.run)
	}
}

// settle sends what the program wrote before it stopped.
func (s *streams) settle() {
	for _, out := range s.outputs {
		out.settle()
	}
}

// finish, after the program's end, sends what it wrote and says how much of its
// input it took. It returns when the caller has been sent everything.
func (s *streams) finish() {
	for _, in := range s.inputs {
		in.stop()
	}
	for _, out := range s.outputs {
		out.stop()
	}
	s.busy.Wait()
}

// abandon is for a caller that is gone: the program's input ends, and its output
// goes nowhere.
func (s *streams) abandon() {
	for _, in := range s.inputs {
		in.stop()
	}
	for _, out := range s.outputs {
		out.discard()
	}
}

func (s *streams) close() {
	s.started()
	for _, in := range s.inputs {
		in.close()
	}
	for _, out := range s.outputs {
		out.close()
	}
}

func (s *streams) data(m *wire.Data) error {
	in := s.inputs[m.Stream]
	if in == nil {
		return errSlots
	}
	return in.add(m)
}

func (s *streams) taken(m *wire.Taken) error {
	out := s.outputs[m.Stream]
	if out == nil {
		return errSlots
	}
	return out.taken(m.Count)
}

// ended is the end of a stream: the caller's, or its reader's.
func (s *streams) ended(stream int) error {
	if in := s.inputs[stream]; in != nil {
		in.end()
		return nil
	}
	if out := s.outputs[stream]; out != nil {
		out.discard()
		return nil
	}
	return errSlots
}

// A descriptor is a [plugins.File] that stays somebody else's to close.
type descriptor int

var _ plugins.File = descriptor(0)

func (d descriptor) Fd() int                     { return int(d) }
func (d descriptor) Read(p []byte) (int, error)  { return unix.Read(int(d), p) }
func (d descriptor) Write(p []byte) (int, error) { return unix.Write(int(d), p) }
func (d descriptor) Close() error                { return nil }
