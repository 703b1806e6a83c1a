// Command lxsh is a POSIX shell whose commands run right here, in an instance of
// a runtime, or on the host. It starts as lightly as can be: what only a person at
// a terminal needs is in lxsh-full, as which it then goes on.
package main

import (
	"os"

	"github.com/lxsh/lxsh/cmd/internal/places"
	"github.com/lxsh/lxsh/shell"
	"github.com/lxsh/lxsh/shell/builtin"
)

func main() {
	p := &shell.Program{
		Env:      os.Environ(),
		Places:   places.Places{},
		Builtins: builtin.All(),
	}
	if status, resumed := p.Resume(); resumed {
		os.Exit(status)
	}
	os.Exit(p.Main(os.Args))
}
