package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

func alias(sh *eval.Shell, args []string) int {
	o := parseOptions(sh, args, "p")
	all := len(args) == 1
	for o.next() {
		all = true
	}
	if o.failed {
		return 2
	}
	var out []byte
	show := func(name, text string) {
		if !sh.Opt(eval.Posix) {
			out = append(out, "alias "...)
		}
		out = append(out, name+"="+quoteSingle(text)+"\n"...)
	}
	if all {
		for _, name := range sh.Aliases() {
			text, _ := sh.Alias(name)
			show(name, text)
		}
	}
	status := 0
	for _, word := range o.rest {
		name, text, define := strings.Cut(word, "=")
		switch old, known := sh.Alias(word); {
		case define && name == "" || strings.ContainsAny(name, " \t\n/$`'\"\\&|;()<>"):
			status = sh.Fail(1, "alias: %s: not a name for an alias", quote(name))
		case define:
			sh.SetAlias(name, text)
		case known:
			show(word, old)
		default:
			status = sh.Fail(1, "alias: %s: no such alias", word)
		}
	}
	return max(sh.Output("alias", out), status)
}

func unalias(sh *eval.Shell, args []string) int {
	o := parseOptions(sh, args, "a")
	all := false
	for o.next() {
		all = true
	}
	if o.failed {
		return 2
	}
	if all {
		sh.Unalias("")
		return 0
	}
	if len(o.rest) == 0 {
		return sh.Fail(2, "unalias: a name is expected")
	}
	status := 0
	for _, name := range o.rest {
		if _, known := sh.Alias(name); !known {
			status = sh.Fail(1, "unalias: %s: no such alias", name)
			continue
		}
		sh.Unalias(name)
	}
	return status
}
