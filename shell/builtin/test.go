package builtin

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// test is POSIX's, by the number of arguments, with bash's operators. Status 2 is
// an expression that is none.
func test(sh *eval.Shell, args []string) int {
	words := args[1:]
	if args[0] == "[" {
		if len(words) == 0 || words[len(words)-1] != "]" {
			return sh.Fail(2, "[: ] expected at the end")
		}
		words = words[:len(words)-1]
	}
	t := tester{sh: sh}
	holds, err := t.count(words)
	switch {
	case err != nil:
		return sh.Fail(2, "%s: %v", args[0], err)
	case holds:
		return 0
	}
	return 1
}

type tester struct {
	sh    *eval.Shell
	words []string // not read yet, when there are more than four
	deep  int
}

// count decides by the number of words (POSIX XCU test).
func (t *tester) count(w []string) (bool, error) {
	switch len(w) {
	case 0:
		return false, nil
	case 1:
		return w[0] != "", nil
	case 2:
		if w[0] == "!" {
			return w[1] == "", nil
		}
		if isUnary(w[0]) {
			return t.unary(w[0], w[1])
		}
		return false, fmt.Errorf("%s: no such operator", w[0])
	case 3:
		switch {
		case isBinary(w[1]):
			return t.binary(w[0], w[1], w[2])
		case w[0] == "!":
			holds, err := t.count(w[1:])
			return !holds, err
		case w[0] == "(" && w[2] == ")":
			return t.count(w[1:2])
		case w[1] == "-a":
			return w[0] != "" && w[2] != "", nil
		case w[1] == "-o":
			return w[0] != "" || w[2] != "", nil
		}
		return false, fmt.Errorf("%s: no such operator", w[1])
	case 4:
		switch {
		case w[0] == "!":
			holds, err := t.count(w[1:])
			return !holds, err
		case w[0] == "(" && w[3] == ")":
			return t.count(w[1:3])
		}
	}
	t.words = w
	holds, err := t.or()
	if err == nil && len(t.words) > 0 {
		err = fmt.Errorf("%s: not expected here", t.words[0])
	}
	return holds, err
}

func (t *tester) peek(i int) string {
	if i < len(t.words) {
		return t.words[i]
	}
	return ""
}

func (t *tester) take(word string) bool {
	if len(t.words) == 0 || t.words[0] != word {
		return false
	}
	t.words = t.words[1:]
	return true
}

func (t *tester) or() (bool, error) {
	l, err := t.and()
	for err == nil && t.take("-o") {
		var r bool
		r, err = t.and()
		l = l || r
	}
	return l, err
}

func (t *tester) and() (bool, error) {
	l, err := t.primary()
	for err == nil && t.take("-a") {
		var r bool
		r, err = t.primary()
		l = l && r
	}
	return l, err
}

func (t *tester) primary() (bool, error) {
	const deepest = 1000 // of ! and ( within each other
	if t.deep++; t.deep > deepest {
		return false, errors.New("too many levels")
	}
	defer func() { t.deep-- }()
	switch {
	case len(t.words) == 0:
		return false, errors.New("an operand is missing at the end")
	case len(t.words) > 2 && isBinary(t.peek(1)):
		w := t.words
		t.words = w[3:]
		return t.binary(w[0], w[1], w[2])
	case len(t.words) > 1 && t.take("!"):
		holds, err := t.primary()
		return !holds, err
	case len(t.words) > 1 && t.take("("):
		holds, err := t.or()
		if err == nil && !t.take(")") {
			err = errors.New(") is missing")
		}
		return holds, err
	case len(t.words) > 1 && isUnary(t.words[0]):
		w := t.words
		t.words = w[2:]
		return t.unary(w[0], w[1])
	}
	w := t.words[0]
	t.words = t.words[1:]
	return w != "", nil
}

func isUnary(op string) bool {
	return len(op) == 2 && op[0] == '-' && strings.IndexByte("abcdefghknoprstuvwxzGLNORS", op[1]) >= 0
}

func isBinary(op string) bool {
	switch op {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

func (t *tester) unary(op, arg string) (bool, error) {
	switch op[1] {
	case 'n':
		return arg != "", nil
	case 'z':
		return arg == "", nil
	case 't':
		n, err := integer(arg)
		return err == nil && t.sh.IsTerminal(int(n)), err
	case 'o':
		for _, o := range eval.OptionTable {
			if o.Name == arg && !o.Shopt {
				return t.sh.Opt(o.Bit), nil
			}
		}
		return false, nil
	case 'v':
		_, set := t.sh.Get(arg)
		return set, nil
	case 'R':
		a, set, _ := t.sh.Attrs(arg)
		return set && a&eval.Nameref != 0, nil
	}
	return t.sh.FileTest(op[1], arg), nil
}

func (t *tester) binary(a, op, b string) (bool, error) {
	switch op {
	case "=", "==":
		return a == b, nil
	case "!=":
		return a != b, nil
	case "<":
		return a < b, nil
	case ">":
		return a > b, nil
	case "-nt", "-ot", "-ef":
		return t.sh.CompareFiles(op, a, b), nil
	}
	x, err := integer(a)
	if err != nil {
		return false, err
	}
	y, err := integer(b)
	if err != nil {
		return false, err
	}
	switch op {
	case "-eq":
		return x == y, nil
	case "-ne":
		return x != y, nil
	case "-lt":
		return x < y, nil
	case "-le":
		return x <= y, nil
	case "-gt":
		return x > y, nil
	}
	return x >= y, nil
}

func integer(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.Trim(s, " \t\n"), 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("%s: out of range", s)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: a whole number is expected", quote(s))
	}
	return n, nil
}
