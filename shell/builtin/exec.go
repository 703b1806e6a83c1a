package builtin

import "github.com/lxsh/lxsh/shell/eval"

// exec replaces the shell, or without a command makes its redirections last.
func exec(sh *eval.Shell, args []string) int {
	clean, login, argv0 := false, false, ""
	o := parseOptions(sh, args, "cla:")
	for o.next() {
		switch o.letter {
		case 'c':
			clean = true
		case 'l':
			login = true
		case 'a':
			argv0 = o.arg
		}
	}
	switch {
	case o.failed:
		return 2
	case len(o.rest) == 0:
		sh.KeepRedirections()
		return 0
	case argv0 == "":
		argv0 = o.rest[0]
	}
	if login {
		argv0 = "-" + argv0
	}
	var env []string // nil: the shell's
	if clean {
		env = []string{}
	}
	return sh.Exec(o.rest, argv0, env)
}
