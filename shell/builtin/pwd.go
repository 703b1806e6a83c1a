package builtin

import "github.com/lxsh/lxsh/shell/eval"

func pwd(sh *eval.Shell, args []string) int {
	physical := false
	o := parseOptions(sh, args, "LP")
	for o.next() {
		physical = o.letter == 'P'
	}
	switch {
	case o.failed:
		return 2
	case len(o.rest) > 0 && sh.Opt(eval.Posix):
		return tooMany(sh, args)
	}
	dir := sh.Pwd()
	if physical {
		var err error
		if dir, err = realPath(sh, "."); err != nil {
			return sh.Fail(1, "pwd: %v", why(err))
		}
	}
	return sh.Output("pwd", []byte(dir+"\n"))
}
