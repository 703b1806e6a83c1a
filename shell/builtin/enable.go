package builtin

import (
	"github.com/lxsh/lxsh/shell/eval"
)

// enable lists builtins, and tells whether names are builtins. It turns none
// off: `command -p` and a path reach the program of the same name.
func enable(sh *eval.Shell, args []string) int {
	off, special := false, false
	o := parseOptions(sh, args, "anps")
	for o.next() {
		switch o.letter {
		case 'n':
			off = true
		case 's':
			special = true
		}
	}
	switch {
	case o.failed:
		return 2
	case off && len(o.rest) > 0:
		return sh.Fail(1, "enable: -n: builtins cannot be turned off (run the program by its path)")
	}
	var out []byte
	if len(o.rest) == 0 && !off {
		for _, b := range All() {
			if b.Special || !special {
				out = append(out, "enable "+b.Name+"\n"...)
			}
		}
	}
	status := 0
	for _, name := range o.rest {
		if sh.Builtin(name) == nil {
			status = sh.Fail(1, "enable: %s: not a shell builtin", name)
		}
	}
	return max(sh.Output("enable", out), status)
}
