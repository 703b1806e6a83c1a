package builtin

import (
	"slices"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// hash remembers where commands are, for people to see: every command is looked
// up when it runs, so nothing remembered can be out of date.
func hash(sh *eval.Shell, args []string) int {
	var forget, remove, show, reuse bool
	place := ""
	o := parseOptions(sh, args, "rdtlp:")
	for o.next() {
		switch o.letter {
		case 'r':
			forget = true
		case 'd':
			remove = true
		case 't':
			show = true
		case 'l':
			reuse = true
		case 'p':
			place = o.arg
		}
	}
	if o.failed {
		return 2
	}
	if forget {
		sh.ForgetHashed("")
	}
	if len(o.rest) == 0 && !forget {
		return listHashed(sh, reuse)
	}
	search, _ := sh.Get("PATH")
	status := 0
	var out []byte
	for _, name := range o.rest {
		switch path, known := sh.Hashed()[name]; {
		case remove && known:
			sh.ForgetHashed(name)
		case show && known:
			if path == "" {
				path, _ = findCommand(sh, name, search)
			}
			out = append(out, path+"\n"...)
		case remove, show:
			status = sh.Fail(1, "hash: %s: not found", name)
		case place != "":
			sh.Hash(name, place)
		case sh.Builtin(name) != nil || sh.Function(name) != nil || strings.Contains(name, "/"):
		default:
			path, err := findCommand(sh, name, search)
			if err != nil {
				status = sh.Fail(1, "hash: %s: not found", name)
				continue
			}
			sh.Hash(name, path)
		}
	}
	return max(sh.Output("hash", out), status)
}

func listHashed(sh *eval.Shell, reuse bool) int {
	var lines []string
	search, _ := sh.Get("PATH")
	for name, file := range sh.Hashed() {
		if file == "" { // it ran; where it is was nobody's concern
			if file, _ = findCommand(sh, name, search); file == "" {
				continue
			}
		}
		if reuse {
			file = "hash -p " + quote(file) + " " + quote(name)
		}
		lines = append(lines, file+"\n")
	}
	slices.Sort(lines)
	return sh.Output("hash", []byte(strings.Join(lines, "")))
}
