package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// An options reads the options of a builtin by the guidelines of POSIX XBD 12.2:
//
//	o := parseOptions(sh, args, "ad:")
//	for o.next() {
//		switch o.letter { … o.arg … }
//	}
//	if o.failed {
//		return 2
//	}
//	… o.rest …
type options struct {
	sh      *eval.Shell
	name    string
	letters string // a letter with : behind it has an argument
	word    string // what is left of a word with several letters
	plus    bool   // +x is an option too

	rest   []string // the operands, once next has returned false
	letter byte
	arg    string
	on     bool // -x, and not +x
	failed bool // an error message has been printed
}

func parseOptions(sh *eval.Shell, args []string, letters string) *options {
	return &options{sh: sh, name: args[0], letters: letters, rest: args[1:], on: true}
}

// next reads one option into letter and arg.
func (o *options) next() bool {
	if o.word == "" {
		if len(o.rest) == 0 || len(o.rest[0]) < 2 {
			return false
		}
		switch first := o.rest[0]; {
		case first == "--":
			o.rest = o.rest[1:]
			return false
		case first[0] == '-' || o.plus && first[0] == '+':
			o.on, o.word = first[0] == '-', first[1:]
		default:
			return false
		}
		o.rest = o.rest[1:]
	}
	o.letter, o.word, o.arg = o.word[0], o.word[1:], ""
	i := strings.IndexByte(o.letters, o.letter)
	if i < 0 || o.letter == ':' {
		o.failed = true
		o.sh.Fail(2, "%s: -%c: no such option", o.name, o.letter)
		return false
	}
	if i+1 == len(o.letters) || o.letters[i+1] != ':' {
		return true
	}
	switch {
	case o.word != "":
		o.arg, o.word = o.word, ""
	case len(o.rest) > 0:
		o.arg, o.rest = o.rest[0], o.rest[1:]
	default:
		o.failed = true
		o.sh.Fail(2, "%s: -%c: argument expected", o.name, o.letter)
		return false
	}
	return true
}

// noOptions returns the operands of a builtin without options; ok is false after
// a message about an option.
func noOptions(sh *eval.Shell, args []string) (operands []string, ok bool) {
	o := parseOptions(sh, args, "")
	o.next()
	return o.rest, !o.failed
}
