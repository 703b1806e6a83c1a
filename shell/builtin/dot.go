package builtin

import (
	"errors"
	"path"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/shell/eval"
)

// dot is . and source. Further operands are the positional parameters while the
// file runs, as in bash.
func dot(sh *eval.Shell, args []string) int {
	operands, ok := noOptions(sh, args)
	if !ok {
		return 2
	}
	if len(operands) == 0 {
		return sh.Fail(2, "%s: a file is expected", args[0])
	}
	var params []string
	if len(operands) > 1 {
		params = operands[1:]
	}
	name, found := findSource(sh, operands[0])
	if !found {
		return sh.Fail(1, "%s: %s: not found in PATH", args[0], operands[0])
	}
	status, err := sh.Source(name, params)
	if err != nil {
		return sh.Fail(1, "%s: %s: %v", args[0], name, why(err))
	}
	return status
}

// findSource searches a file to be read in PATH (POSIX XCU dot); bash looks into
// the working directory as well.
func findSource(sh *eval.Shell, name string) (string, bool) {
	if strings.Contains(name, "/") {
		return name, true
	}
	search, _ := sh.Get("PATH")
	for _, dir := range strings.Split(search, ":") {
		file := path.Join(dir, name)
		if dir == "" {
			file = "./" + name
		}
		if sh.FileTest('f', file) && sh.FileTest('r', file) {
			return file, true
		}
	}
	if !sh.Opt(eval.Posix) && sh.FileTest('e', name) {
		return name, true
	}
	return "", false
}

var errNoCommand = errors.New("not found")

// findCommand searches an executable file along a search path. The result is for
// people and for hash; nothing is run by it.
func findCommand(sh *eval.Shell, name, search string) (string, error) {
	if strings.Contains(name, "/") {
		if sh.FileTest('d', name) || !sh.FileTest('x', name) {
			return "", syscall.ENOENT
		}
		return name, nil
	}
	for _, dir := range strings.Split(search, ":") {
		if dir == "" {
			dir = "."
		}
		file := strings.TrimSuffix(dir, "/") + "/" + name
		if sh.FileTest('x', file) && !sh.FileTest('d', file) {
			return file, nil
		}
	}
	return "", errNoCommand
}
