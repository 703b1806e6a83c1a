package builtin

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote returns s so that the shell reads it back as one word with the same
// value: as it is, in single quotes, or with control characters as $'…'.
func quote(s string) string {
	switch {
	case s == "":
		return "''"
	case !printable(s):
		return quoteANSI(s)
	case plain(s):
		return s
	}
	return quoteSingle(s)
}

// quoteSingle puts s into single quotes, whatever it is.
func quoteSingle(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// quoteBackslash is quote in the form of bash's printf %q.
func quoteBackslash(s string) string {
	switch {
	case s == "":
		return "''"
	case !printable(s):
		return quoteANSI(s)
	case plain(s):
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if r < utf8.RuneSelf && !plain(string(r)) || i == 0 && (r == '~' || r == '#') {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain reports whether no character of s means anything to the shell.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf, 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("_-./:=%+@,", c) >= 0:
		case i > 0 && (c == '#' || c == '~'):
		default:
			return false
		}
	}
	return true
}

func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return false
		}
	}
	return true
}

func quoteANSI(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		c := s[i]
		switch k := strings.IndexByte("\a\b\x1b\f\n\r\t\v\\'", c); {
		case k >= 0:
			b.WriteByte('\\')
			b.WriteByte(`abEfnrtv\'`[k])
		case n > 1 && unicode.IsPrint(r), n == 1 && c >= ' ' && c < 127:
			b.WriteString(s[i : i+n])
		default:
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}

// quoteDouble puts s into double quotes, as declare -p shows values.
func quoteDouble(s string) string {
	if !printable(strings.ReplaceAll(s, "\n", "")) {
		return quoteANSI(s)
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		if strings.IndexByte("\"\\$`", s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}
