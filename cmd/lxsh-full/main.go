// Command lxsh-full is lxsh with its line editor and its management options. lxsh
// goes on as it when it needs them.
package main

import (
	"os"

	"github.com/lxsh/lxsh/cmd/internal/places"
	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/shell"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/edit/line"
)

func main() {
	if status, ran := distro.Helper(); ran {
		os.Exit(status)
	}
	p := &shell.Program{
		Env:      os.Environ(),
		Manage:   manage,
		Editor:   line.New,
		Places:   places.Places{},
		Builtins: builtin.All(),
	}
	if status, resumed := p.Resume(); resumed {
		os.Exit(status)
	}
	os.Exit(p.Main(os.Args))
}
