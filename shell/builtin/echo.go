package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// echo is bash's, or in a strict shell that of POSIX with the XSI option, which
// knows escapes, and -n as every sh has it.
func echo(sh *eval.Shell, args []string) int {
	words := args[1:]
	newline, escapes := true, sh.Opt(eval.Posix|eval.Xpgecho)
	if sh.Opt(eval.Posix) {
		if len(words) > 0 && words[0] == "-n" {
			newline, words = false, words[1:]
		}
	} else {
		for len(words) > 0 && echoOptions(words[0]) {
			for _, c := range words[0][1:] {
				switch c {
				case 'n':
					newline = false
				case 'e':
					escapes = true
				case 'E':
					escapes = false
				}
			}
			words = words[1:]
		}
	}
	var out []byte
	for i, w := range words {
		if i > 0 {
			out = append(out, ' ')
		}
		if !escapes || strings.IndexByte(w, '\\') < 0 {
			out = append(out, w...)
			continue
		}
		var stop bool
		if out, stop = appendEscaped(out, w); stop {
			return sh.Output("echo", out)
		}
	}
	if newline {
		out = append(out, '\n')
	}
	return sh.Output("echo", out)
}

func echoOptions(w string) bool {
	return len(w) > 1 && w[0] == '-' && strings.Trim(w[1:], "neE") == ""
}
