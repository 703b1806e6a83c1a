package session

import (
	"fmt"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// Protocol is the version of everything after the hello.
const Protocol = 2

// The requests.
const (
	opHello = wire.FirstRequest + iota
	opStart
	opWait
	opSignal
	opOpen
	opOpenDir
	opStat
	opReadDir
	opReadlink
	opAccess
	opLookPath
	opJoin
	opLoad
	opIdle
	opClose
)

// The purposes of a connection.
const (
	purposeSession = iota
	purposeWatch   // asks for load and idle, and is no session itself
	purposeOwn     // the plugin's own: a session that is not counted
)

// Load is what a server is doing.
type Load struct {
	Sessions  int // connections of shells
	Processes int // commands that run, those of ended sessions included
}

// Idle reports whether there is nothing that would miss the server.
func (l Load) Idle() bool { return l.Sessions == 0 && l.Processes == 0 }

// encoder collects a request's body and the descriptors that go with it.
type encoder struct {
	*wire.Encoder
	files []int
}

func newEncoder() *encoder { return &encoder{Encoder: wire.NewEncoder()} }

func (e *encoder) file(f plugins.File) error {
	fd := f.Fd()
	if fd < 0 {
		return fmt.Errorf("a file without a descriptor on this kernel: %w", syscall.EBADF)
	}
	e.files = append(e.files, fd)
	return nil
}

func (e *encoder) dir(d plugins.Dir) error {
	e.String(d.Path).Bool(d.File != nil)
	if d.File != nil {
		return e.file(d.File)
	}
	return nil
}

// maxDescriptor bounds the numbers of a command's descriptors.
const maxDescriptor = 1 << 20

// command encodes cmd. Files are pairs of number and descriptor, so that a
// process with descriptor 1000 costs no more than one with descriptor 3.
func (e *encoder) command(cmd *plugins.Command) error {
	e.String(cmd.Name).Strings(cmd.Argv).Strings(cmd.Env).String(cmd.Path)
	if err := e.dir(cmd.Dir); err != nil {
		return err
	}
	open := 0
	for _, f := range cmd.Files {
		if f != nil {
			open++
		}
	}
	e.Uint(uint64(open))
	for i, f := range cmd.Files {
		if f == nil {
			continue
		}
		e.Uint(uint64(i))
		if err := e.file(f); err != nil {
			return err
		}
	}
	e.Int(int64(cmd.Group)).Bool(cmd.Foreground).Bool(cmd.TTY != nil)
	if cmd.TTY != nil {
		if err := e.file(cmd.TTY); err != nil {
			return err
		}
	}
	e.Uint(uint64(cmd.Umask)).Uint(uint64(len(cmd.Limits)))
	for _, l := range cmd.Limits {
		e.Int(int64(l.Resource)).Uint(l.Cur).Uint(l.Max)
	}
	e.Uint(uint64(len(cmd.Ignored)))
	for _, sig := range cmd.Ignored {
		e.Int(int64(sig))
	}
	e.Int(int64(cmd.Nice)).Bool(cmd.Hangup)
	return nil
}

// decoder reads a request's body; its files are taken out of the frame in the
// order in which the body names them.
type decoder struct {
	*wire.Decoder
	frame *wire.Frame
	next  int
	bad   error
}

func newDecoder(f *wire.Frame) *decoder {
	return &decoder{Decoder: wire.NewDecoder(f.Body), frame: f}
}

func (d *decoder) end() error {
	if err := d.End(); err != nil {
		return err
	}
	return d.bad
}

// file takes the next descriptor. Frame.Close closes what is not taken, so a
// file taken here belongs to whoever asked for it.
func (d *decoder) file() plugins.File {
	fd := d.frame.Take(d.next)
	d.next++
	if fd < 0 {
		d.bad = wire.ErrMalformed
		return nil
	}
	return newFile(fd)
}

func (d *decoder) dir() plugins.Dir {
	dir := plugins.Dir{Path: d.String()}
	if d.Bool() {
		dir.File = d.file()
	}
	return dir
}

func (d *decoder) command() *plugins.Command {
	cmd := &plugins.Command{Name: d.String(), Argv: d.Strings(), Env: d.Strings(), Path: d.String(), Dir: d.dir()}
	for range d.Count() {
		i := d.Uint()
		f := d.file()
		if f == nil {
			return cmd
		}
		if i >= maxDescriptor {
			f.Close()
			d.bad = wire.ErrMalformed
			return cmd
		}
		for uint64(len(cmd.Files)) <= i {
			cmd.Files = append(cmd.Files, nil)
		}
		if old := cmd.Files[i]; old != nil {
			old.Close()
		}
		cmd.Files[i] = f
	}
	cmd.Group = plugins.Group(d.Int())
	cmd.Foreground = d.Bool()
	if d.Bool() {
		cmd.TTY = d.file()
	}
	cmd.Umask = uint32(d.Uint())
	for range d.Count() {
		cmd.Limits = append(cmd.Limits, plugins.Limit{Resource: int(d.Int()), Cur: d.Uint(), Max: d.Uint()})
	}
	for range d.Count() {
		cmd.Ignored = append(cmd.Ignored, int(d.Int()))
	}
	cmd.Nice = int(d.Int())
	cmd.Hangup = d.Bool()
	return cmd
}

func closeCommand(cmd *plugins.Command) {
	for _, f := range append(cmd.Files, cmd.Dir.File, cmd.TTY) {
		if f != nil {
			f.Close()
		}
	}
}

func encodeStatus(e *wire.Encoder, s plugins.Status) *wire.Encoder {
	return e.Uint(uint64(s.State)).Int(int64(s.Code)).Bool(s.Core).Int(s.Usage.User).Int(s.Usage.System)
}

func decodeStatus(d *wire.Decoder) plugins.Status {
	return plugins.Status{State: plugins.State(d.Uint()), Code: int(d.Int()), Core: d.Bool(),
		Usage: plugins.Usage{User: d.Int(), System: d.Int()}}
}

func encodeStat(e *wire.Encoder, s plugins.FileStat) {
	e.Uint(s.Dev).Uint(s.Ino).Uint(s.Rdev).Uint(uint64(s.Mode)).Uint(s.Nlink)
	e.Uint(uint64(s.UID)).Uint(uint64(s.GID)).Int(s.Size).Int(s.Atime).Int(s.Mtime)
}

func decodeStat(d *wire.Decoder) plugins.FileStat {
	return plugins.FileStat{Dev: d.Uint(), Ino: d.Uint(), Rdev: d.Uint(), Mode: uint32(d.Uint()), Nlink: d.Uint(),
		UID: uint32(d.Uint()), GID: uint32(d.Uint()), Size: d.Int(), Atime: d.Int(), Mtime: d.Int()}
}
