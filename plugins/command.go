package plugins

// A Command is one program to start.
type Command struct {
	// Name is the command word. With a slash it is a path, taken from Dir when
	// it is relative; without, it is searched in the folders of Path.
	Name string
	// Argv is the argument vector, the zeroth included. Bytes travel as they
	// are; only NUL cannot occur.
	Argv []string
	// Env is the whole environment as NAME=value.
	Env []string
	// Path is the search list, separated by colons; an empty element means
	// Dir (POSIX XBD 8.3).
	Path string
	// Dir is the working directory.
	Dir Dir
	// Files are the descriptors of the new process: index i becomes
	// descriptor i, nil leaves i closed. Nothing else is open there.
	Files []File

	// Group says which process group the process is put into before it runs.
	Group Group
	// Foreground makes the process's group the foreground group of the
	// terminal TTY before it runs. Both only where the process is a [Child].
	Foreground bool
	TTY        File

	Umask   uint32  // file mode creation mask, POSIX umask(2)
	Limits  []Limit // resource limits that differ from the caller's own
	Ignored []int   // signals that start ignored; all others start at their default
	Nice    int     // added to the instance's own nice value
	Hangup  bool    // a foreground command: it gets SIGHUP when its shell dies without a word
}

// Group chooses a process group: GroupSame, GroupNew, or the number of an
// existing one, as setpgid(2) takes it.
type Group int

const (
	GroupSame Group = -1 // the group of the caller, or the session's own
	GroupNew  Group = 0  // a new group led by the process
)

// A Limit is one resource limit, in the units of setrlimit(2).
type Limit struct {
	Resource int // RLIMIT_ number of the Linux ABI
	Cur, Max uint64
}

// A Dir is a directory: its path as the shell spells it and, where there is
// one, an open descriptor of it, which wins. A directory that was renamed or
// that has no reachable path is still usable by its descriptor.
type Dir struct {
	Path string
	File File // nil: Path alone counts
}

// A File is an open file somewhere: on this kernel, when Fd is not negative, or
// inside an instance. Read and Write never take more bytes than they return. At
// the end of a file Read gives 0 bytes, and io.EOF or, as read(2), no error.
type File interface {
	Fd() int
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Close() error
}

// Status is what became of a process.
type Status struct {
	State State
	// Code is the exit status for Exited (0 to 255; a host with wider codes
	// gives all of it) and the signal's number for the other states.
	Code  int
	Core  bool // Signalled, and a core was written
	Usage Usage
}

// State is the kind of a [Status].
type State uint8

const (
	Exited State = iota + 1
	Signalled
	Stopped
	Continued
)

// Usage is the processor time of an ended process, in nanoseconds.
type Usage struct{ User, System int64 }

// Ended reports whether the process is gone.
func (s Status) Ended() bool { return s.State == Exited || s.State == Signalled }

// ExitCode is the shell's $? for the status: the exit status's low eight bits,
// or 128 plus the signal's number (POSIX XCU 2.8.2).
func (s Status) ExitCode() int {
	if s.State == Exited {
		return s.Code & 0xff
	}
	return 128 + s.Code
}
