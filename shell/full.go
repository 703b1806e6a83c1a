package shell

import (
	"fmt"
	"os"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/shell/edit"
	"github.com/lxsh/lxsh/shell/eval"
)

// fullName is the program that has all of Program's parts. What only it has (the
// line editor, the store of distros) doubles the time that a process takes to
// start, which scripts need not pay for.
const fullName = "lxsh-full"

// needsFull reports whether o asks for a part that this program does not have.
func (p *Program) needsFull(o *Options) bool {
	switch o.Verb {
	case "":
		return p.Editor == nil && o.Direct == nil && o.reads() && o.interactive() && edit.Capable(p.getenv("TERM"))
	case Version, Help:
		return false
	}
	return p.Manage == nil
}

// full goes on as lxsh-full, in this process. It returns when that cannot be: a
// shell then goes on without line editing, since somebody may be about to repair
// what is missing.
func (p *Program) full(argv []string, o *Options) error {
	path, err := paths.FindProgram(fullName)
	if err == nil {
		err = eval.Become(path, argv, p.Env)
	}
	if o.Verb != "" {
		return fmt.Errorf("--%s: %w", o.Verb, err)
	}
	if !o.Strict {
		fmt.Fprintf(os.Stderr, "lxsh: no line editing: %v\n", err)
	}
	return nil
}
