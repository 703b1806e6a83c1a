package plugins

import (
	"context"
	"os"
	"slices"
)

// The names of the abilities in [Info].Abilities.
const (
	AbilitySpawner    = "spawner"
	AbilityFileSystem = "filesystem"
	AbilityEnviron    = "environ"
	AbilityLookPath   = "lookpath"
)

// A Spawner is an [Instance] that shares the caller's kernel and lets the caller
// start commands in it as its own children, so that waiting, terminals, process
// groups, limits and signals are the kernel's own.
type Spawner interface {
	// Join returns what a child needs to enter the instance. The files are the
	// caller's to close.
	Join(ctx context.Context) (*Join, error)
}

// Join is the way into an instance for a forked child, in the order of its
// fields: join the name spaces, install the filter, hand its listener over.
type Join struct {
	// Spaces are name space files for setns(2), keyed by CLONE_NEW* flag. The
	// user name space, if any, is joined first.
	Spaces map[int]*os.File
	// Filter is a seccomp program (struct sock_filter, native byte order) with
	// a user notification listener; empty: none.
	Filter []byte
	// Listener is a datagram or seqpacket socket on which the child sends the
	// filter's listener (SCM_RIGHTS, one byte of data). Nil without Filter.
	Listener *os.File
}

// FileSystem is the ability to work on the instance's files as its programs see
// them. All paths are taken relative to dir; flags and modes are those of the
// Linux ABI; errors are *fs.PathError around a syscall.Errno.
type FileSystem interface {
	// Open opens name. perm counts after the caller applied its umask. Opening
	// a FIFO blocks: calls are concurrent, and a cancelled ctx ends one.
	Open(ctx context.Context, dir Dir, name string, flags int, perm uint32) (File, error)
	// OpenDir opens name as a directory that a [Command] can start in.
	OpenDir(ctx context.Context, dir Dir, name string) (File, error)
	Stat(ctx context.Context, dir Dir, name string, follow bool) (FileStat, error)
	// ReadDir lists name's entries without "." and "..", in no certain order.
	ReadDir(ctx context.Context, dir Dir, name string) ([]DirEntry, error)
	Readlink(ctx context.Context, dir Dir, name string) (string, error)
	// Access is faccessat(2) with AT_EACCESS; mode is a sum of 4, 2 and 1.
	Access(ctx context.Context, dir Dir, name string, mode uint32) error
}

// FileStat is the part of struct stat that a shell asks for.
type FileStat struct {
	Dev, Ino, Rdev uint64
	Mode           uint32 // type and permissions, as st_mode
	Nlink          uint64
	UID, GID       uint32
	Size           int64
	Atime, Mtime   int64 // nanoseconds since 1970
}

// A DirEntry is one entry of a directory. Type is the file type bits of st_mode,
// 0 where the file system does not tell.
type DirEntry struct {
	Name string
	Type uint32
}

// Environ is the ability to tell the instance's base environment, on top of
// which a session's exported variables are laid.
type Environ interface {
	Environ(ctx context.Context) ([]string, error)
}

// LookPath is the ability to tell where a name would be found, for explain,
// type, colour and completion. Its answer is never used to run anything.
type LookPath interface {
	LookPath(ctx context.Context, dir Dir, path, name string) (string, error)
}

// Partial is an instance that stands for another one and so has the methods of
// every ability, of which only some count.
type Partial interface {
	Instance
	// Abilities names those that count.
	Abilities() []string
}

// As returns inst's ability T, one of the interfaces above. It is a type
// assertion that also heeds [Partial].
func As[T any](inst Instance) (T, bool) {
	ability, ok := inst.(T)
	if p, partial := inst.(Partial); ok && partial {
		ok = slices.Contains(p.Abilities(), abilityName[T]())
	}
	return ability, ok
}

// Abilities names the abilities that inst has.
func Abilities(inst Instance) []string {
	var list []string
	add := func(name string, ok bool) {
		if ok {
			list = append(list, name)
		}
	}
	_, ok := As[Spawner](inst)
	add(AbilitySpawner, ok)
	_, ok = As[FileSystem](inst)
	add(AbilityFileSystem, ok)
	_, ok = As[Environ](inst)
	add(AbilityEnviron, ok)
	_, ok = As[LookPath](inst)
	add(AbilityLookPath, ok)
	return list
}

func abilityName[T any]() string {
	switch any((*T)(nil)).(type) {
	case *Spawner:
		return AbilitySpawner
	case *FileSystem:
		return AbilityFileSystem
	case *Environ:
		return AbilityEnviron
	case *LookPath:
		return AbilityLookPath
	}
	return ""
}
