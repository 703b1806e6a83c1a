package spawn

import (
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/spawn/nofile"
)

const atFdcwd = ^uintptr(99) // AT_FDCWD, -100

// prepare lays cmd out for the child. Everything that can be refused without a
// fork is refused here.
func prepare(cmd *plugins.Command, join *plugins.Join) (*child, error) {
	c := &child{
		group: int(cmd.Group), foreground: cmd.Foreground, hangup: cmd.Hangup,
		umask: cmd.Umask, nice: cmd.Nice, tty: -1, dirfd: -1,
	}
	names := Candidates(cmd.Path, cmd.Name)
	c.search = !strings.Contains(cmd.Name, "/")

	size := len(cmd.Dir.Path) + 1
	for _, list := range [][]string{cmd.Argv, cmd.Env, names} {
		for _, s := range list {
			size += len(s) + 1
		}
	}
	b := block{bytes: make([]byte, 0, size)}
	argv, env := b.vector(cmd.Argv), b.vector(cmd.Env)
	c.argv, c.env = &argv[0], &env[0]
	paths := b.vector(names)
	c.paths = paths[:len(names)]

	if f := cmd.Dir.File; f != nil {
		c.dirfd = f.Fd()
		if c.dirfd < 0 {
			return nil, fmt.Errorf("working directory %s: not on this kernel", cmd.Dir.Path)
		}
	} else if cmd.Dir.Path != "" {
		c.dir = b.string(cmd.Dir.Path)
	}
	if b.nul {
		return nil, fmt.Errorf("argument, variable or path with a NUL byte: %w", unix.EINVAL)
	}
	if c.foreground {
		if cmd.TTY == nil || cmd.TTY.Fd() < 0 {
			return nil, fmt.Errorf("foreground without a terminal: %w", unix.ENOTTY)
		}
		c.tty = cmd.TTY.Fd()
	}
	c.files = make([]int32, len(cmd.Files))
	for i, f := range cmd.Files {
		c.files[i] = -1
		if f == nil {
			continue
		}
		if c.files[i] = int32(f.Fd()); c.files[i] < 0 {
			return nil, fmt.Errorf("descriptor %d: not on this kernel", i)
		}
	}
	for _, sig := range cmd.Ignored {
		if sig < 1 || sig > 64 {
			return nil, fmt.Errorf("ignored signal %d: %w", sig, unix.EINVAL)
		}
		c.ignored |= 1 << sig
	}
	c.limit(cmd.Limits)
	if join != nil {
		return c, c.joining(join)
	}
	return c, nil
}

// limit takes the limits over, and puts the one on open files back to what it
// was before package syscall raised it.
func (c *child) limit(limits []plugins.Limit) {
	files := false
	for _, l := range limits {
		files = files || l.Resource == unix.RLIMIT_NOFILE
		c.limits = append(c.limits, limit{l.Resource, [2]uint64{l.Cur, l.Max}})
	}
	if !files && nofile.Soft != 0 && nofile.Soft < nofile.Hard {
		c.limits = append(c.limits, limit{unix.RLIMIT_NOFILE, [2]uint64{nofile.Soft, nofile.Hard}})
	}
}

// spaces is the order of joining: the user name space gives the right to join
// the others.
var spaces = []int{
	unix.CLONE_NEWUSER, unix.CLONE_NEWNS, unix.CLONE_NEWIPC, unix.CLONE_NEWUTS,
	unix.CLONE_NEWNET, unix.CLONE_NEWCGROUP, unix.CLONE_NEWPID,
}

func (c *child) joining(join *plugins.Join) error {
	for _, flag := range spaces {
		if f := join.Spaces[flag]; f != nil {
			c.spaces = append(c.spaces, space{int(f.Fd()), flag})
		}
	}
	if len(c.spaces) != len(join.Spaces) {
		return fmt.Errorf("name space of an unknown kind: %w", unix.EINVAL)
	}
	c.joins = len(c.spaces) > 0 || len(join.Filter) > 0
	if len(join.Filter) == 0 {
		return nil
	}
	if join.Listener == nil || len(join.Filter)%unix.SizeofSockFilter != 0 {
		return fmt.Errorf("seccomp filter: %w", unix.EINVAL)
	}
	filter := make([]unix.SockFilter, len(join.Filter)/unix.SizeofSockFilter)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&filter[0])), len(join.Filter)), join.Filter)
	c.filter = &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}

	control := unix.UnixRights(-1)
	data := []byte{0}
	c.socket = int(join.Listener.Fd())
	c.right = (*int32)(unsafe.Pointer(&control[unix.CmsgLen(0)]))
	c.listener = &unix.Msghdr{Iov: &unix.Iovec{Base: &data[0], Len: 1}, Iovlen: 1, Control: &control[0]}
	c.listener.SetControllen(len(control))
	return nil
}

// A block holds C strings in one piece of memory.
type block struct {
	bytes []byte
	nul   bool // a string had a NUL inside
}

func (b *block) string(s string) *byte {
	b.nul = b.nul || strings.IndexByte(s, 0) >= 0
	at := len(b.bytes)
	b.bytes = append(append(b.bytes, s...), 0)
	return &b.bytes[at]
}

// vector ends with a nil pointer, as execve(2) wants it.
func (b *block) vector(list []string) []*byte {
	v := make([]*byte, len(list)+1)
	for i, s := range list {
		v[i] = b.string(s)
	}
	return v
}
