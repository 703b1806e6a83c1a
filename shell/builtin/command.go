package builtin

import (
	"github.com/lxsh/lxsh/shell/eval"
)

// standardPath finds the standard utilities: command -p.
const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

func command(sh *eval.Shell, args []string) int {
	standard, brief, verbose := false, false, false
	o := parseOptions(sh, args, "pvV")
	for o.next() {
		switch o.letter {
		case 'p':
			standard = true
		case 'v':
			brief = true
		case 'V':
			verbose = true
		}
	}
	if o.failed {
		return 2
	}
	search, _ := sh.Get("PATH")
	if standard {
		search = standardPath
	}
	switch {
	case brief || verbose:
		return describe(sh, o.rest, search, verbose && !brief)
	case len(o.rest) == 0:
		return 0
	case standard:
		return sh.CommandIn(search, o.rest)
	}
	return sh.Command(o.rest, false)
}

func builtinCmd(sh *eval.Shell, args []string) int {
	operands, ok := noOptions(sh, args)
	if !ok {
		return 2
	}
	if len(operands) == 0 {
		return 0
	}
	return sh.Command(operands, true)
}

// describe is command -v and -V.
func describe(sh *eval.Shell, names []string, search string, verbose bool) int {
	status := 0
	var out []byte
	for _, name := range names {
		found := resolve(sh, name, search, false)
		if len(found) == 0 {
			status = 1
			if verbose { // -v is for scripts, which print what they want
				sh.Errorf("command: %s: not found", name)
			}
			continue
		}
		if verbose {
			out = append(out, found[0].sentence(sh, name, search)+"\n"...)
		} else {
			out = append(out, found[0].brief(sh, name, search)+"\n"...)
		}
	}
	return max(sh.Output("command", out), status)
}
