package plugins

import (
	"errors"
	"fmt"
)

// The errors of [Instance.Start] on which callers branch.
var (
	// ErrNotFound says with authority that the instance has no such command.
	ErrNotFound = errors.New("command not found")
	// ErrNotExecutable is a file that was found and may not be executed.
	ErrNotExecutable = errors.New("permission denied")
	// ErrInterpreter is a program whose interpreter or loader does not exist.
	ErrInterpreter = errors.New("bad interpreter")
	// ErrExecFormat is a file that the kernel cannot execute. A shell runs it
	// as a script when it looks like text (POSIX XCU 2.9.1.4).
	ErrExecFormat = errors.New("exec format error")
	// ErrEnded is an instance that was gone before the command could start.
	// Nothing ran: it may be opened and asked again.
	ErrEnded = errors.New("the instance has ended")
)

// A StartError is a failed [Instance.Start]. Err is one of the errors above or
// what the kernel said.
type StartError struct {
	Name string // the command word
	Path string // the file that was found; empty when none was
	Err  error
}

func (e *StartError) Error() string {
	if e.Path != "" && e.Path != e.Name {
		return fmt.Sprintf("%s: %s: %v", e.Name, e.Path, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Name, e.Err)
}

func (e *StartError) Unwrap() error { return e.Err }

// A LackError is a failure that the user can end by supplying what is missing.
type LackError struct{ Lack Lack }

func (e *LackError) Error() string {
	return fmt.Sprintf("%s: %s (%s)", e.Lack.What, e.Lack.Why, e.Lack.Remedy)
}
