package builtin

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lxsh/lxsh/shell/eval"
)

// printf is that of POSIX with bash's -v, %q, %(FORMAT)T and floating point.
func printf(sh *eval.Shell, args []string) int {
	rest := args[1:]
	variable, assign := "", false
	if len(rest) > 0 && strings.HasPrefix(rest[0], "-v") {
		switch {
		case len(rest[0]) > 2:
			variable, rest = rest[0][2:], rest[1:]
		case len(rest) > 1:
			variable, rest = rest[1], rest[2:]
		default:
			return sh.Fail(2, "printf: -v: the name of a variable is expected")
		}
		assign = true
	}
	if len(rest) > 0 && rest[0] == "--" {
		rest = rest[1:]
	}
	switch {
	case len(rest) == 0:
		return sh.Fail(2, "printf: a format is expected")
	case len(rest[0]) > 1 && rest[0][0] == '-' && !strings.ContainsAny(rest[0], `%\ `):
		return sh.Fail(2, "printf: %s: no such option", rest[0])
	}
	f := formatter{sh: sh, args: rest[1:]}
	f.run(rest[0])
	if !assign {
		if status := sh.Output("printf", f.out); status != 0 {
			return status
		}
		return f.status
	}
	if err := sh.Set(variable, string(f.out)); err != nil {
		return sh.Fail(2, "printf: %v", err)
	}
	return f.status
}

// A formatter is one call of printf.
type formatter struct {
	sh     *eval.Shell
	args   []string // not used up yet
	out    []byte
	status int
	took   bool // the format wants arguments
	stop   bool // \c was met, or the format is wrong
}

// run goes through the format as often as there are arguments for it.
func (f *formatter) run(format string) {
	for {
		f.took = false
		f.once(format)
		if f.stop || !f.took || len(f.args) == 0 {
			return
		}
	}
}

func (f *formatter) once(format string) {
	for i := 0; i < len(format) && !f.stop; {
		switch c := format[i]; {
		case c == '\\' && i+1 < len(format):
			if format[i+1] == 'c' && !f.sh.Opt(eval.Posix) {
				f.stop = true
				return
			}
			var n int
			f.out, n = appendEscape(f.out, format[i+1:])
			i += 1 + n
		case c == '%' && strings.HasPrefix(format[i:], "%%"):
			f.out = append(f.out, '%')
			i += 2
		case c == '%':
			i += f.directive(format[i:])
		default:
			f.out = append(f.out, c)
			i++
		}
	}
}

func (f *formatter) fail(format string, args ...any) {
	f.status = 1
	f.sh.Fail(1, "printf: "+format, args...)
}

func (f *formatter) next() (arg string, ok bool) {
	f.took = true
	if len(f.args) == 0 {
		return "", false
	}
	arg, f.args = f.args[0], f.args[1:]
	return arg, true
}

// A directive is one conversion of the format.
type directive struct {
	left, plus, space, alt, zero bool
	width                        int
	precision                    int // -1: none
}

// maxWidth limits what a width or precision can ask for, in bytes.
const maxWidth = 1 << 26

// directive carries out the conversion at the start of s and returns its length.
func (f *formatter) directive(s string) int {
	d := directive{precision: -1}
	i := 1
	for ; i < len(s); i++ {
		k := strings.IndexByte("-+ #0'", s[i])
		if k < 0 {
			break
		}
		if k < 5 {
			*[]*bool{&d.left, &d.plus, &d.space, &d.alt, &d.zero}[k] = true
		}
	}
	var n int
	d.width, n = f.count(s[i:])
	i += n
	if d.width < 0 {
		d.left, d.width = true, -d.width
	}
	if i < len(s) && s[i] == '.' {
		d.precision, n = f.count(s[i+1:])
		i += 1 + n
	}
	if d.width > maxWidth || d.precision > maxWidth {
		f.fail("%s: too wide", s[:i])
		f.stop = true
		return len(s)
	}
	for i < len(s) && strings.IndexByte("hljztL", s[i]) >= 0 {
		i++
	}
	if i < len(s) && s[i] == '(' {
		if end := strings.Index(s[i:], ")T"); end > 0 {
			f.time(d, s[i+1:i+end])
			return i + end + 2
		}
	}
	if i == len(s) {
		f.fail("%s: a conversion is missing", s)
		f.stop = true
		return i
	}
	if !f.convert(d, s[i]) {
		f.fail("%s: no such conversion", s[:i+1])
		f.stop = true
	}
	return i + 1
}

// count reads a width or precision: digits or *.
func (f *formatter) count(s string) (value, length int) {
	if s != "" && s[0] == '*' {
		arg, ok := f.next()
		if !ok {
			return 0, 1
		}
		return int(f.integer(arg)), 1
	}
	for length < len(s) && '0' <= s[length] && s[length] <= '9' {
		length++
	}
	value, _ = strconv.Atoi(s[:length]) // no digits: 0
	return value, length
}

func (f *formatter) convert(d directive, verb byte) bool {
	switch verb {
	case 's', 'q', 'Q':
		arg, _ := f.next()
		if verb != 's' {
			arg = quoteBackslash(arg)
		}
		f.text(d, arg)
	case 'b':
		arg, _ := f.next()
		text, stop := appendEscaped(nil, arg)
		f.text(d, string(text))
		f.stop = stop
	case 'c':
		arg, _ := f.next()
		if arg == "" {
			arg = "\x00"
		}
		d.precision = -1
		f.text(d, arg[:1])
	case 'd', 'i', 'o', 'u', 'x', 'X':
		arg, _ := f.next()
		f.whole(d, verb, f.integer(arg))
	case 'e', 'E', 'f', 'F', 'g', 'G', 'a', 'A':
		arg, _ := f.next()
		f.float(d, verb, f.real(arg))
	default:
		return false
	}
	return true
}

// text prints s cut to the precision and padded to the width, both in bytes, as
// C does.
func (f *formatter) text(d directive, s string) {
	if d.precision >= 0 && d.precision < len(s) {
		s = s[:d.precision]
	}
	f.pad(d, "", s)
}

// pad prints a sign or prefix and a body; zeros come between the two.
func (f *formatter) pad(d directive, prefix, body string) {
	fill := max(d.width-len(prefix)-len(body), 0)
	switch {
	case d.left:
		f.out = append(f.out, prefix+body...)
		f.repeat(' ', fill)
	case d.zero:
		f.out = append(f.out, prefix...)
		f.repeat('0', fill)
		f.out = append(f.out, body...)
	default:
		f.repeat(' ', fill)
		f.out = append(f.out, prefix+body...)
	}
}

func (f *formatter) repeat(c byte, n int) {
	for range n {
		f.out = append(f.out, c)
	}
}

// quoted returns the character code for an argument that begins with a quote.
func quoted(arg string) (rune, bool) {
	if arg == "" || arg[0] != '\'' && arg[0] != '"' {
		return 0, false
	}
	r, n := utf8.DecodeRuneInString(arg[1:])
	if r == utf8.RuneError && n == 1 {
		r = rune(arg[1])
	}
	if n == 0 {
		r = 0
	}
	return r, true
}
