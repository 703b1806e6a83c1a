package eval

import (
	"strings"
	"unicode/utf8"

	"github.com/lxsh/lxsh/shell/expand"
)

func firstRune(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// tildePart compiles a tilde prefix: ~, ~name, ~+ and ~- (POSIX XCU 2.6.1).
func tildePart(name string) part {
	return func(sh *Shell, out *expand.Sink) {
		if dir, ok := sh.tilde(name); ok {
			out.Quoted(dir)
		} else {
			out.Literal("~" + name)
		}
	}
}

func (sh *Shell) tilde(name string) (string, bool) {
	switch name {
	case "":
		if home, ok := sh.getSym(symHOME); ok {
			return home, true
		}
		return "", false
	case "+":
		return sh.getSym(symPWD)
	case "-":
		return sh.getSym(symOLDPWD)
	}
	return sh.homeOf(name)
}

// homeOf finds a user's home in the passwd file of the world, which is another
// than this process's in an instance.
func (sh *Shell) homeOf(user string) (string, bool) {
	text, err := sh.ReadFile("/etc/passwd")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
		if len(f) >= 6 && f[0] == user {
			return f[5], true
		}
	}
	return "", false
}
