package builtin

import (
	"path"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// A meaning is one of the things that a command name can stand for.
type meaning struct {
	kind string // alias, keyword, function, builtin or file, as type -t says it; or host
	text string // of an alias or function, the path of a file, the way to the host
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
	} else if route, ok := onHost(sh, name); ok {
		add("host", route)
	}
	return found
}

// brief is what command -v prints.
func (m meaning) brief(sh *eval.Shell, name, search string) string {
	switch m.kind {
	case "alias":
		return "alias " + name + "=" + quoteSingle(m.text)
	case "file":
		return absolute(sh, m.text)
	case "builtin":
		if file := program(sh, name, search); file != "" {
			return file
		}
	}
	return name
}

// sentence is what type and command -V print.
func (m meaning) sentence(sh *eval.Shell, name, search string) string {
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
		if file := program(sh, name, search); file != "" {
			return name + " is a shell builtin and " + file
		}
		return name + " is a shell builtin"
	case "host":
		return name + " " + m.text
	}
	if world := sh.World().Name(); world != localWorld {
		return name + " is " + absolute(sh, m.text) + " in " + world
	}
	return name + " is " + absolute(sh, m.text)
}

// program is the file of the same name as a builtin, by which a strict shell
// names it (POSIX XCU command, -v: "shall be written as absolute pathnames").
func program(sh *eval.Shell, name, search string) string {
	if !sh.Opt(eval.Posix) || sh.Builtin(name).Special {
		return ""
	}
	file, err := findCommand(sh, name, search)
	if err != nil {
		return ""
	}
	return absolute(sh, file)
}

func absolute(sh *eval.Shell, name string) string {
	if path.IsAbs(name) {
		return name
	}
	return path.Join(sh.Pwd(), name)
}

// localWorld is the name of the world that is this kernel's own, which has no
// host beside it.
const localWorld = "local"

// onHost asks where a name that the instance does not know would run.
func onHost(sh *eval.Shell, name string) (route string, ok bool) {
	world, explains := sh.World().(eval.Explainer)
	if !explains || sh.World().Name() == localWorld || strings.Contains(name, "/") {
		return "", false
	}
	route, err := world.Explain(sh.Context(), sh, name)
	return route, err == nil && route != ""
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
			case kinds && m.kind == "host":
				out = append(out, "file\n"...)
			case kinds:
				out = append(out, m.kind+"\n"...)
			case paths || force:
				if m.kind == "file" {
					out = append(out, m.text+"\n"...)
				}
			default:
				out = append(out, m.sentence(sh, name, search)+"\n"...)
			}
		}
	}
	return max(sh.Output("type", out), status)
}
