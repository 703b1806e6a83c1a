package wire

import (
	"sync"

	"github.com/lxsh/lxsh/plugins"
)

// Kind is a message's kind: the fifth byte of a frame.
type Kind uint8

const (
	kindHello     Kind = iota + 1 // both: the first message
	kindAuthorise                 // caller: may the user's shell start this itself?
	kindConfirm                   // caller: the user's answer to an Ask
	kindStarted                   // caller: an authorised program runs
	kindEnded                     // caller: an authorised program has ended
	kindRun                       // caller: start this; the connection is its session
	kindSignal                    // caller: to the whole process group
	kindGranted                   // server: answer to Authorise
	kindAsk                       // server: answer to Authorise; Confirm follows
	kindRefused                   // server: answer to Authorise or Run
	kindAccepted                  // server: answer to Run
	kindChanged                   // server: the program stopped, went on or ended
	kindData                      // both: bytes of a stream
	kindTaken                     // both: how many bytes of a stream were taken
	kindFinish                    // both: a stream's end, or that nobody reads it
)

// A Message is one of the types below.
type Message interface {
	kind() Kind
	encode(*encoder)
	decode(*decoder)
}

// Authorise asks whether the user's shell, on the host's own kernel, may start a
// program as its own child.
type Authorise struct {
	Explain  bool   // tell what would happen; nothing is logged
	Name     string // the command word
	Path     string // the host's search path as the shell found it at its start
	Dir      string // working directory, a path of the host
	Instance string // the session's instance, for rules and log
	Argv     []string
}

// Granted allows what was asked for.
type Granted struct {
	Launch uint64 // for Started and Ended; 0 when it was only explained
	Path   string // what to execute
	Rule   string // the rule that allows it: file:line, or "default"
	Action string // allow or ask
}

// Ask wants the user's word.
type Ask struct {
	Path string
	Rule string
}

// Confirm is the user's word.
type Confirm struct{ Yes bool }

// Started tells the log that an authorised program runs.
type Started struct {
	Launch uint64
	Pid    int
}

// Ended tells the log what became of it.
type Ended struct {
	Launch uint64
	Status plugins.Status
}

// Run starts a program that belongs to this connection.
type Run struct {
	Name    string // a path, or a word searched with the server's own PATH
	Argv    []string
	Env     []string // the caller's whole environment; the server chooses from it
	Dir     string   // as the caller's instance spells it
	Token   string   // proof of the instance where the transport gives none
	Umask   uint32
	Ignored []int  // signals that start ignored
	Slots   []Slot // descriptor i of the program is Slots[i]
}

// A Slot says what one descriptor of the program is.
type Slot struct {
	Kind SlotKind
	// Index is the number among the passed files, or the stream's number.
	// Slots with the same index are one open file, as after 2>&1.
	Index int
}

// SlotKind is the kind of a [Slot].
type SlotKind uint8

const (
	Closed SlotKind = iota // not open in the program
	Passed                 // a descriptor that travels with the message
	In                     // a stream that the program reads
	Out                    // a stream that the program writes
)

// Accepted says that the program runs.
type Accepted struct {
	Pid     int
	Rule    string
	Dropped []string // names of variables that were asked for and not passed on
}

// Changed is a change of the program's state.
type Changed struct{ Status plugins.Status }

// Signal goes to the program's process group.
type Signal struct{ Number int }

// Data holds bytes of a stream. A received one is its receiver's until Recycle.
type Data struct {
	Stream int
	Bytes  []byte

	whole *[1 + Chunk]byte // the pool's; nil for short ones
}

var pool = sync.Pool{New: func() any { return new([1 + Chunk]byte) }}

// Recycle gives the memory of a received Data back.
func (m *Data) Recycle() {
	if m.whole != nil {
		pool.Put(m.whole)
	}
	m.whole, m.Bytes = nil, nil
}

// Taken tells the sender of a stream how many more of its bytes have reached
// whoever reads them. A stream's sender never has more than [Window] bytes under
// way, and what was sent and not taken when the program ends is still the
// sender's.
type Taken struct {
	Stream int
	Count  int
}

// Finish ends a stream: from its sender that no more will come, from its
// receiver that nobody reads any more.
type Finish struct{ Stream int }
