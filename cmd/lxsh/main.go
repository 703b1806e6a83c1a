// Command lxsh is a POSIX shell whose commands run right here, in an instance of
// a runtime, or on the host.
package main

import (
	"os"

	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/shell"
	"github.com/lxsh/lxsh/shell/builtin"
)

func main() {
	if status, ran := distro.Helper(); ran {
		os.Exit(status)
	}
	p := &shell.Program{
		Env:      os.Environ(),
		Manage:   manage,
		Places:   places{},
		Builtins: builtin.All(),
	}
	if status, resumed := p.Resume(); resumed {
		os.Exit(status)
	}
	os.Exit(p.Main(os.Args))
}
