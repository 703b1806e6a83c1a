package eval_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/parse"
)

// here is the world of the tests: this machine.
type here struct{ local.Instance }

func (here) Name() string                     { return "local" }
func (h here) FileSystem() plugins.FileSystem { return h.Instance }

// TestMain makes the test binary a shell when its name is lxsh, and a strict one
// when it is sh: lxsh -c TEXT [NAME ARG…] or lxsh FILE [ARG…].
func TestMain(m *testing.M) {
	open := func(c *eval.Config, _ string) error {
		c.World, c.Builtins = here{}, builtins()
		return nil
	}
	if status, resumed := eval.Resume(open); resumed {
		os.Exit(status)
	}
	switch name := filepath.Base(os.Args[0]); name {
	case "lxsh", "sh":
		os.Exit(shell(os.Args, name == "sh"))
	}
	os.Exit(m.Run())
}

func shell(args []string, posix bool) int {
	c := eval.Config{Name: args[0], Env: os.Environ(), World: here{}, Builtins: builtins(), Posix: posix}
	set := []string{"set"}
	for len(args) > 1 && args[1] != "-c" && strings.HasPrefix(args[1], "-") {
		set = append(set, args[1])
		args = append(args[:1:1], args[2:]...)
	}
	var text string
	switch {
	case len(args) > 2 && args[1] == "-c":
		text = args[2]
		if len(args) > 3 {
			c.Name, c.Params = args[3], args[4:]
		}
	case len(args) > 1:
		b, err := os.ReadFile(args[1])
		if err != nil {
			return 127
		}
		text, c.Name, c.Script, c.Params = string(b), args[1], args[1], args[2:]
	}
	sh := eval.New(c)
	if len(set) > 1 {
		sh.Builtin("set").Run(sh, set)
	}
	return sh.Run(parse.New(parse.String(text), sh.ParseOptions(c.Name, 1)), nil)
}

// builtins are those of the shell, and one that has a fault.
func builtins() []eval.Builtin {
	return append(builtin.All(), eval.Builtin{Name: "crash", Run: func(_ *eval.Shell, args []string) int {
		return len(args[len(args)])
	}})
}
