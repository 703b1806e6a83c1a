package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// A Command is a program for the server to start.
type Command struct {
	Name    string   // a path as the caller sees it, or a word for the host to search
	Argv    []string // the zeroth included
	Env     []string // the whole environment; the server chooses from it
	Dir     string   // working directory as the caller sees it
	Files   []int    // descriptor i of the program is Files[i]; negative: closed
	Umask   uint32
	Ignored []int  // signals that start ignored
	Token   string // the instance's, where the transport needs one
}

// Start asks the server at address to start the program. The files stay the
// caller's; where they cannot pass, they are read and written by this process
// until the program has ended. The error is a [*wire.Refused] or a
// [*UnreachableError].
func Start(ctx context.Context, address string, cmd *Command) (*Process, error) {
	conn, err := dialSoon(ctx, address)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, conn, cmd)
	if err != nil {
		conn.Close()
		var refused *wire.Refused
		if !errors.As(err, &refused) {
			err = &UnreachableError{address, err}
		}
		return nil, err
	}
	return p, nil
}

// soonLimit is how long a server may take to be there, and soonPause how often it
// is looked for: an instance can be used a moment before its way to the host, and a
// server that died is replaced.
const (
	soonLimit = 2 * time.Second
	soonPause = 10 * time.Millisecond
)

func dialSoon(ctx context.Context, address string) (*wire.Conn, error) {
	for end := time.Now().Add(soonLimit); ; {
		conn, err := dial(ctx, address)
		if !errors.Is(err, unix.ECONNREFUSED) && !errors.Is(err, unix.ENOENT) || time.Now().After(end) {
			return conn, err
		}
		select {
		case <-time.After(soonPause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func start(ctx context.Context, conn *wire.Conn, cmd *Command) (*Process, error) {
	m := &wire.Run{Name: cmd.Name, Argv: cmd.Argv, Env: cmd.Env, Dir: cmd.Dir, Token: cmd.Token, Umask: cmd.Umask, Ignored: cmd.Ignored}
	var passed []int
	var streams *streams
	if conn.PassesFiles() {
		m.Slots, passed = pass(cmd.Files)
	} else {
		m.Slots, streams = relay(conn, cmd.Files)
		if err := streams.open(); err != nil {
			return nil, err
		}
	}
	answer, err := request(ctx, conn, m, passed)
	if accepted, ok := answer.(*wire.Accepted); ok {
		return newProcess(conn, accepted, streams), nil
	}
	if streams != nil {
		streams.close()
	}
	switch answer := answer.(type) {
	case nil:
		return nil, err
	case *wire.Refused:
		return nil, answer
	}
	return nil, fmt.Errorf("the answer makes no sense: %T", answer)
}

// request sends the request and returns the answer to it.
func request(ctx context.Context, conn *wire.Conn, m *wire.Run, files []int) (wire.Message, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(answerLimit)
	}
	conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	// A server that turns callers away answers before it reads: its answer
	// says more than the failure to send.
	serr := conn.SendFiles(m, files)
	err := conn.ReceiveHello()
	if err != nil {
		return nil, errors.Join(serr, err)
	}
	answer, err := conn.Receive()
	if err != nil {
		return nil, errors.Join(serr, err)
	}
	return answer, conn.SetDeadline(time.Time{})
}

// pass makes slots for descriptors that travel with the message, each once.
func pass(files []int) ([]wire.Slot, []int) {
	slots := make([]wire.Slot, len(files))
	index := map[int]int{}
	var passed []int
	for i, file := range files {
		if file < 0 {
			continue
		}
		at, ok := index[file]
		if !ok {
			at = len(passed)
			index[file] = at
			passed = append(passed, file)
		}
		slots[i] = wire.Slot{Kind: wire.Passed, Index: at}
	}
	return slots, passed
}

// relay makes slots for descriptors that cannot travel. What is open for reading
// only is a stream to the program, what is open for writing only one from it; of
// what is open for both, a terminal or a socket, descriptor 0 is read and every
// other one written. Descriptors of one pipe, socket or device share a stream, so
// that the order of what is written to them is kept.
func relay(conn *wire.Conn, files []int) ([]wire.Slot, *streams) {
	slots := make([]wire.Slot, len(files))
	s := newStreams(conn)
	type end struct {
		kind     wire.SlotKind
		dev, ino uint64
		regular  int // descriptor: each regular file has its own offset
	}
	index := map[end]int{}
	for i, file := range files {
		if file < 0 {
			continue
		}
		e := end{kind: direction(file, i), regular: -1}
		var stat unix.Stat_t
		if unix.Fstat(file, &stat) == nil {
			e.dev, e.ino = stat.Dev, stat.Ino
		}
		if stat.Mode&unix.S_IFMT == unix.S_IFREG && !sharesOffset(files[:i], file, &e.regular) {
			e.regular = file
		}
		number, ok := index[e]
		if !ok {
			number = len(index)
			index[e] = number
			s.add(number, e.kind, file, &stat)
		}
		slots[i] = wire.Slot{Kind: e.kind, Index: number}
	}
	return slots, s
}

func direction(file, slot int) wire.SlotKind {
	flags, err := unix.FcntlInt(uintptr(file), unix.F_GETFL, 0)
	switch {
	case err == nil && flags&unix.O_ACCMODE == unix.O_RDONLY:
		return wire.In
	case err == nil && flags&unix.O_ACCMODE == unix.O_WRONLY:
		return wire.Out
	case slot == 0:
		return wire.In
	}
	return wire.Out
}

// sharesOffset finds an earlier descriptor that is the same open file: kcmp(2).
func sharesOffset(earlier []int, file int, which *int) bool {
	pid := unix.Getpid()
	const kcmpFile = 0 // KCMP_FILE, linux/kcmp.h
	for _, other := range earlier {
		if other < 0 {
			continue
		}
		if r, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(pid), uintptr(pid), kcmpFile, uintptr(other), uintptr(file), 0); errno == 0 && r == 0 {
			*which = other
			return true
		}
	}
	return false
}
