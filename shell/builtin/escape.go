package builtin

import (
	"strings"
	"unicode/utf8"
)

// appendEscaped appends s with the escapes of echo and of printf's %b: \0 and up
// to three octal digits, and \c, after which nothing is to be printed (stop).
func appendEscaped(out []byte, s string) (_ []byte, stop bool) {
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			i++
			continue
		}
		i++
		switch {
		case s[i] == 'c':
			return out, true
		case s[i] == '0':
			var c byte
			c, n := octal(s[i+1:], 3)
			out = append(out, c)
			i += 1 + n
		default:
			var n int
			out, n = appendEscape(out, s[i:])
			i += n
		}
	}
	return out, false
}

// appendEscape appends what the escape after a backslash, at the start of s,
// stands for in printf's format (POSIX XBD 5, and \e \x \u \U) and returns its
// length. What is no escape keeps its backslash.
func appendEscape(out []byte, s string) (_ []byte, n int) {
	c := s[0]
	if i := strings.IndexByte(`abefnrtv\"'`, c); i >= 0 {
		if c == '"' || c == '\'' {
			return append(out, c), 1
		}
		return append(out, "\a\b\x1b\f\n\r\t\v\\"[i]), 1
	}
	switch c {
	case '0', '1', '2', '3', '4', '5', '6', '7':
		b, n := octal(s, 3)
		return append(out, b), n
	case 'x':
		if v, n := hexadecimal(s[1:], 2); n > 0 {
			return append(out, byte(v)), 1 + n
		}
	case 'u':
		if v, n := hexadecimal(s[1:], 4); n > 0 {
			return utf8.AppendRune(out, v), 1 + n
		}
	case 'U':
		if v, n := hexadecimal(s[1:], 8); n > 0 {
			return utf8.AppendRune(out, v), 1 + n
		}
	}
	return append(out, '\\', c), 1
}

func octal(s string, most int) (c byte, n int) {
	for n < len(s) && n < most && '0' <= s[n] && s[n] <= '7' {
		c = c<<3 | s[n] - '0'
		n++
	}
	return c, n
}

func hexadecimal(s string, most int) (v rune, n int) {
	for n < len(s) && n < most {
		d := strings.IndexByte("0123456789abcdef", s[n]|0x20)
		if d < 0 || s[n] < '0' {
			break
		}
		v = v<<4 | rune(d)
		n++
	}
	return v, n
}
