// Package arith is the shell's arithmetic (POSIX XCU 2.6.4): C's operators on
// signed 64-bit integers that wrap around, on text in which all expansions have
// been done.
//
// Beyond POSIX there is what bash has: ++ and --, the comma, ** (right to left,
// above *), BASE#DIGITS and array elements. A variable whose value is no number
// is an expression again, down to a limit.
package arith

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Vars are the variables that an expression works on.
type Vars interface {
	// Get returns a variable's value: a number, or else text that is not
	// empty. What is unset or empty counts 0, unless that is an error here
	// (set -u). sub is the subscript of an element, "" for the variable.
	Get(v *Var, sub string) (n int64, text string, err error)
	// Set assigns.
	Set(v *Var, sub string, n int64) error
	// Assoc reports whether the variable is an associative array. Then a
	// subscript is a key, and not an expression.
	Assoc(v *Var) bool
}

// A Var is one mention of a variable.
type Var struct {
	Name string
	ID   int // what the function given to Parse returned for Name

	key    string // the text of the subscript; empty: there is none
	index  *Expr  // the same as an expression
	badKey error  // why it is none
	pos    int
}

// An Expr is a parsed expression. It never changes, so it may be kept and be
// evaluated by many goroutines at once.
type Expr struct {
	src  string
	root *node
	id   func(string) int
}

// An Error is an expression that cannot be parsed or evaluated.
type Error struct {
	Expr string
	Pos  int // offset in Expr, in bytes, of what is wrong
	Why  string
}

func (e *Error) Error() string {
	expr := strings.TrimSpace(e.Expr)
	rest := ""
	if e.Pos < len(e.Expr) {
		rest = strings.TrimSpace(e.Expr[e.Pos:])
	}
	const most = 60 // bytes to show of each
	if len(expr) > most {
		expr = expr[:most] + "…"
	}
	if len(rest) > most {
		rest = rest[:most] + "…"
	}
	if rest == "" || rest == expr {
		return fmt.Sprintf("arithmetic: %s: %s", expr, e.Why)
	}
	return fmt.Sprintf("arithmetic: %s: %s at %q", expr, e.Why, rest)
}

// Parse parses src. id, if not nil, gives each variable's name a number for the
// use of Vars. The error is an *Error.
func Parse(src string, id func(name string) int) (*Expr, error) {
	p := parser{src: src, id: id}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Expr{src: src, root: root, id: id}, nil
}

// Constant returns the value of an expression without variables.
func (e *Expr) Constant() (int64, bool) { return e.root.val, e.root.op == opConst }

// Eval evaluates the expression. The error is an *Error or one of vars.
func (e *Expr) Eval(vars Vars) (int64, error) {
	if e.root.op == opConst {
		return e.root.val, nil
	}
	ev := evaluation{vars: vars, expr: e}
	return ev.eval(e.root)
}

// Number reads a constant: decimal, 0 octal, 0x hexadecimal or BASE#DIGITS. What
// does not fit wraps around.
func Number(s string) (int64, error) {
	base, digits := 10, s
	switch {
	case len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'):
		base, digits = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, digits = 8, s[1:]
	default:
		if i := strings.IndexByte(s, '#'); i > 0 {
			b, err := strconv.Atoi(s[:i])
			if err != nil || b < 2 || b > 64 {
				return 0, errors.New("invalid base (2 to 64)")
			}
			base, digits = b, s[i+1:]
		}
	}
	if digits == "" {
		return 0, errors.New("invalid number")
	}
	n := int64(0)
	for i := 0; i < len(digits); i++ {
		d := digit(digits[i], base)
		if d < 0 {
			return 0, errors.New("invalid number")
		}
		if d >= base {
			return 0, fmt.Errorf("digit too great for base %d", base)
		}
		n = n*int64(base) + int64(d)
	}
	return n, nil
}

// digit is the value of a digit: 0-9, a-z, A-Z, @, _; up to base 36 upper and
// lower case are the same. -1: no digit.
func digit(c byte, base int) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'Z' && base <= 36:
		return int(c-'A') + 10
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 36
	case c == '@':
		return 62
	case c == '_':
		return 63
	}
	return -1
}
