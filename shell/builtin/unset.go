package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

func unset(sh *eval.Shell, args []string) int {
	functions, variables := false, false
	o := parseOptions(sh, args, "fvn")
	for o.next() {
		switch o.letter {
		case 'f':
			functions = true
		case 'v', 'n':
			variables = true
		}
	}
	if o.failed {
		return 2
	}
	for _, name := range o.rest {
		if functions {
			sh.UnsetFunction(name)
			continue
		}
		base, _, _ := strings.Cut(name, "[")
		if !eval.IsName(base) {
			if !variables && !sh.Opt(eval.Posix) && sh.Function(name) != nil {
				sh.UnsetFunction(name)
				continue
			}
			return sh.Fail(1, "unset: %s: not a name", name)
		}
		if _, _, known := sh.Attrs(base); !known && !variables && !sh.Opt(eval.Posix) {
			sh.UnsetFunction(name) // as bash does
			continue
		}
		if err := sh.Unset(name); err != nil {
			return sh.Fail(1, "unset: %v", err)
		}
	}
	return 0
}
