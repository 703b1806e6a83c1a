package builtin

import (
	"context"
	"path"

	"github.com/lxsh/lxsh/shell/eval"
)

// A meaning is one of the things that a command name can stand for.
type meaning struct {
	kind string // alias, keyword, function, builtin or file, as type -t says it
	text string // of an alias or function, the path of a file
}

var keywords = map[string]bool{
	"!": true, "{": true, "}": true, "case": true, "do": true, "done": true, "elif": true, "else": true, "esac": true,
	"fi": true, "for": true, "if": true, "in": true, "then": true, "until": true, "while": true,
}

var bashKeywords = map[string]bool{
	"[[": true, "]]": true, "coproc": true, "function": true, "select": true, "time": true,
}

// resolve finds what name stands for, the first thing first: that one runs. all
// asks for the others too.
func resolve(sh *eval.Shell, name, search string, all bool) (found []meaning) {
	add := func(kind, text string) { found = append(found, meaning{kind, text}) }
	if text, ok := sh.Alias(name); ok {
		add("alias", text)
	}
	if keywords[name] || bashKeywords[name] && !sh.Opt(eval.Posix) {
		add("keyword", "")
	}
	b := sh.Builtin(name)
	if b != nil && b.Special && sh.Opt(eval.Posix) {
		add("builtin", "") // before functions: POSIX XCU 2.9.1.1
		b = nil
	}
	if f := sh.Function(name); f != nil {
		add("function", f.Source())
	}
	if b != nil {
		add("builtin", "")
	}
	if len(found) > 0 && !all {
		return found[:1]
	}
	if file, err := findCommand(sh, name, search); err == nil {
		add("file", file)
	}
	return found
}

// brief is what command -v prints.
func (m meaning) brief(sh *eval.Shell, name, search string) string {
	switch m.kind {
	case "alias":
		return "alias " + name + "=" + quoteSingle(m.text)
	case "file":
		if !path.IsAbs(m.text) { // POSIX: an absolute path
			return path.Join(sh.Pwd(), m.text)
		}
		return m.text
	case "builtin":
		// What is also a program is named as one (POSIX XCU command, -v).
		if file, err := findCommand(sh, name, search); err == nil && sh.Opt(eval.Posix) && !sh.Builtin(name).Special {
			return file
		}
	}
	return name
}

// sentence is what type and command -V print.
func (m meaning) sentence(sh *eval.Shell, name string) string {
	switch m.kind {
	case "alias":
		return name + " is an alias for " + m.text
	case "keyword":
		return name + " is a shell keyword"
	case "function":
		if sh.Opt(eval.Posix) {
			return name + " is a function"
		}
		return name + " is a function\n" + m.text
	case "builtin":
		if sh.Builtin(name).Special {
			return name + " is a special shell builtin"
		}
		return name + " is a shell builtin"
	}
	if world, ok := sh.World().(eval.Explainer); ok {
		if route, err := world.Explain(context.Background(), sh, name); err == nil && route != "" {
			return route
		}
	}
	return name + " is " + m.text
}

func typeCmd(sh *eval.Shell, args []string) int {
	var all, kinds, paths, force, noFunctions bool
	o := parseOptions(sh, args, "atpPf")
	for o.next() {
		switch o.letter {
		case 'a':
			all = true
		case 't':
			kinds = true
		case 'p':
			paths = true
		case 'P':
			force = true
		case 'f':
			noFunctions = true
		}
	}
	if o.failed {
		return 2
	}
	search, _ := sh.Get("PATH")
	status := 0
	var out []byte
	for _, name := range o.rest {
		found := resolve(sh, name, search, all || force || noFunctions)
		var chosen []meaning
		for _, m := range found {
			if !(force && m.kind != "file" || noFunctions && m.kind == "function") {
				chosen = append(chosen, m)
			}
		}
		if len(chosen) == 0 {
			if status = 1; !kinds && !paths && !force {
				if status = 1; sh.Opt(eval.Posix) {
					status = 127
				}
				sh.Errorf("type: %s: not found", name)
			}
			continue
		}
		if !all {
			chosen = chosen[:1]
		}
		for _, m := range chosen {
			switch {
			case kinds:
				out = append(out, m.kind+"\n"...)
			case paths || force:
				if m.kind == "file" {
					out = append(out, m.text+"\n"...)
				}
			default:
				out = append(out, m.sentence(sh, name)+"\n"...)
			}
		}
	}
	return max(sh.Output("type", out), status)
}
