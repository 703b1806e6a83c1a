// Package builtin holds the shell's builtins: those of POSIX (XCU 2.14 special
// ones and chapter 4) and those that scripts for bash use. Each has a file of
// its own; what they share is in options.go, quote.go, escape.go and errors.go.
//
// Builtins touch the world only through *eval.Shell: its descriptors, its
// FileSystem, its variables. So they are the same in every instance and in every
// subshell.
package builtin

import (
	"slices"
	"sync"

	"github.com/lxsh/lxsh/shell/eval"
)

// All returns the builtins, sorted by name. fc in it knows no history; see [Fc].
func All() []eval.Builtin {
	once.Do(build)
	return list
}

var (
	once sync.Once
	list []eval.Builtin
)

func build() {
	list = []eval.Builtin{
		{Name: ".", Special: true, Run: dot},
		{Name: ":", Special: true, Run: colon},
		{Name: "break", Special: true, Run: breakCmd},
		{Name: "continue", Special: true, Run: continueCmd},
		{Name: "eval", Special: true, Run: evalCmd},
		{Name: "exec", Special: true, Run: exec},
		{Name: "exit", Special: true, Run: exit},
		{Name: "export", Special: true, Declares: true, Run: export},
		{Name: "readonly", Special: true, Declares: true, Run: readonly},
		{Name: "return", Special: true, Run: returnCmd},
		{Name: "set", Special: true, Run: set},
		{Name: "shift", Special: true, Run: shift},
		{Name: "times", Special: true, Run: times},
		{Name: "trap", Special: true, Run: trap},
		{Name: "unset", Special: true, Run: unset},

		{Name: "[", Run: test},
		{Name: "alias", Run: alias},
		{Name: "bg", Run: bg},
		{Name: "builtin", Run: builtinCmd},
		{Name: "caller", Run: caller},
		{Name: "cd", Run: cd},
		{Name: "command", Run: command},
		{Name: "declare", Declares: true, Run: declare},
		{Name: "dirs", Run: dirsCmd},
		{Name: "disown", Run: disown},
		{Name: "echo", Run: echo},
		{Name: "enable", Run: enable},
		{Name: "false", Run: falseCmd},
		Fc(nil),
		{Name: "fg", Run: fg},
		{Name: "getopts", Run: getopts},
		{Name: "hash", Run: hash},
		{Name: "jobs", Run: jobs},
		{Name: "kill", Run: kill},
		{Name: "let", Run: let},
		{Name: "local", Declares: true, Run: local},
		{Name: "mapfile", Run: mapfile},
		{Name: "popd", Run: popd},
		{Name: "printf", Run: printf},
		{Name: "pushd", Run: pushd},
		{Name: "pwd", Run: pwd},
		{Name: "read", Run: read},
		{Name: "readarray", Run: mapfile},
		{Name: "shopt", Run: shopt},
		{Name: "source", Run: dot},
		{Name: "test", Run: test},
		{Name: "true", Run: trueCmd},
		{Name: "type", Run: typeCmd},
		{Name: "typeset", Declares: true, Run: declare},
		{Name: "ulimit", Run: ulimit},
		{Name: "umask", Run: umask},
		{Name: "unalias", Run: unalias},
		{Name: "wait", Run: wait},
	}
	slices.SortFunc(list, func(a, b eval.Builtin) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
}
