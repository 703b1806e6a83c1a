package eval

import (
	"context"

	"github.com/lxsh/lxsh/plugins"
)

// A World is the place where external commands run and whose files the shell
// works on. A World may also be a [plugins.LookPath] and an [Explainer].
type World interface {
	// Start starts an external command; see plugins.Instance for its errors.
	Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error)
	// FileSystem is where redirections, patterns, cd and test look.
	FileSystem() plugins.FileSystem
	// Name identifies the world for Config.World in a process of its own.
	Name() string
}

// A Fallback is a World whose Start may run a command elsewhere when it is not
// found. StartInside does not (set -o nohost).
type Fallback interface {
	World
	StartInside(ctx context.Context, cmd *plugins.Command) (plugins.Process, error)
}

// An Explainer tells in one line where an external command would run.
type Explainer interface {
	Explain(ctx context.Context, sh *Shell, name string) (string, error)
}

// A Builtin is a command inside the shell.
type Builtin struct {
	Name string
	// Special builtins have the properties of POSIX XCU 2.14: assignments
	// before them persist, and their errors end a non-interactive shell.
	Special bool
	// Declares marks the declaration utilities (export, readonly, local,
	// declare, typeset): words of the form name=value among their arguments
	// are expanded as assignments are. See also [Shell.Compound].
	Declares bool
	// Place is set for a builtin that only says where an external command
	// runs: it gives the World and the command's words.
	Place func(sh *Shell, args []string) (World, []string, error)
	// Run runs the builtin and returns its status. args[0] is its name; args
	// is valid during the call only. Errors are told by [Shell.Fail].
	Run func(sh *Shell, args []string) int
}

// Config is what a shell is made of.
type Config struct {
	Name     string   // $0
	Script   string   // the file that the program is read from, if any
	Params   []string // $1…
	Env      []string // the environment as NAME=value
	World    World
	Builtins []Builtin
	// Deferred names variables of Env that may have other values in World, and
	// Settle gives them those. The error says that World cannot be opened.
	Deferred []string
	Settle   func(*Shell) error

	Interactive bool
	Posix       bool // strict: no features beyond POSIX

	table map[string]*Builtin
}

func (c *Config) builtin(name string) *Builtin {
	return c.table[name]
}

func (c *Config) index() {
	c.table = make(map[string]*Builtin, len(c.Builtins))
	for i := range c.Builtins {
		c.table[c.Builtins[i].Name] = &c.Builtins[i]
	}
}
