package builtin

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/shell/eval"
)

// why is an error without the operation and path that a message names anyway.
func why(err error) error {
	var errno syscall.Errno
	var path *fs.PathError
	switch {
	case errors.As(err, &errno):
		return errno
	case errors.As(err, &path):
		return path.Err
	}
	return err
}

// number reads the operand of a builtin that wants a number from 0 on. ok is
// false after a message.
func number(sh *eval.Shell, name, s string) (n int, ok bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || s[0] == '+' {
		sh.Fail(2, "%s: %s: a number is expected", name, s)
		return 0, false
	}
	return n, true
}

// tooMany reports a surplus operand.
func tooMany(sh *eval.Shell, args []string) int {
	return sh.Fail(2, "%s: too many operands (%s)", args[0], strings.Join(args[1:], " "))
}
