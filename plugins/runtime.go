package plugins

import "context"

// A Runtime is a backend that can run commands.
type Runtime interface {
	// Info tells what this runtime can do here and what it lacks. It starts
	// nothing, and is quick: callers show it to a waiting user.
	Info(ctx context.Context) (Info, error)

	// Open starts the instance that config names, or attaches to it. It
	// returns when the instance can start commands. The error is a
	// [*LackError] when this machine misses something that a user can supply.
	Open(ctx context.Context, config InstanceConfig) (Instance, error)
}

// An Instance is one runtime running one distro. It outlives any one shell.
type Instance interface {
	// Start resolves cmd.Name inside the instance and starts it, as one step.
	// The errors by which a shell chooses its exit status are [ErrNotFound]
	// (127, and the host may be asked), [ErrNotExecutable], [ErrInterpreter]
	// and [ErrExecFormat] (all 126), each wrapped in a [*StartError].
	//
	// The files of cmd stay the caller's: Start has taken what it needs of
	// them when it returns. A cancelled ctx aborts a start that is under way;
	// it does not end a process that has started.
	Start(ctx context.Context, cmd *Command) (Process, error)

	// Close ends the instance for everybody. Closing what is closed is no error.
	Close(ctx context.Context) error
}

// A Process is one started command.
type Process interface {
	// Pid is the process's number as the instance's own programs see it,
	// except where the process is a [Child]: then it is the caller's number.
	Pid() int

	// Wait returns the next change of state: stopped, continued, exited or
	// signalled. After the last two it returns the same status again. A
	// cancelled ctx ends the wait and not the process.
	Wait(ctx context.Context) (Status, error)

	// Signal sends sig (the number of the Linux ABI) to the process, or to its
	// whole process group. A process that has ended gives os.ErrProcessDone.
	Signal(ctx context.Context, sig int, group bool) error
}

// A Child is a [Process] that is a child of the calling process on this kernel:
// its Pid may be handed to wait4, setpgid, kill and tcsetpgrp. Whoever started it
// waits for it either by Wait or by wait4, not by both.
type Child interface {
	Process
	Child()
}

// InstanceConfig names an instance and says what it is made of.
type InstanceConfig struct {
	Runtime string // for example "translator"
	Distro  string // for example "debian"
	Engine  string // empty: the runtime chooses
	Root    string // absolute path of the distro's root folder on the host

	// State is a folder (0700) that belongs to this instance alone while it
	// runs. It is emptied when the instance ends.
	State string

	// Share lists the host's folders that appear inside at the same path,
	// usually the user's home and the folder where the shell was started.
	Share []string

	// Hide lists host paths that must not be seen inside even below a shared
	// folder: lxsh's own configuration, store, plugin and runtime folders.
	Hide []string

	// Files are host files that are bound read-only at a path inside, keyed by
	// that path: the guest helper, the interop socket's folder.
	Files map[string]string

	Env []string // NAME=value, laid over the distro's own base environment
}

// Name is the instance's name for people and for sockets: runtime:distro.
func (c InstanceConfig) Name() string { return c.Runtime + ":" + c.Distro }
