package expand

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// TildePrefix splits a tilde prefix off an unquoted literal at the place where
// one may stand: it returns the login name (empty for ~ alone) and the rest.
// whole says that nothing of the word follows the literal; otherwise the prefix
// must end in it, since a quoted or expanded character in it forbids expansion
// (POSIX XCU 2.6.1). After an assignment a colon ends the prefix too.
func TildePrefix(s string, whole, assignment bool) (name, rest string, ok bool) {
	if s == "" || s[0] != '~' {
		return "", s, false
	}
	end := len(s)
	for i := 1; i < len(s); i++ {
		if s[i] == '/' || assignment && s[i] == ':' {
			end = i
			break
		}
		if s[i] == '\\' {
			return "", s, false
		}
	}
	if end == len(s) && !whole {
		return "", s, false
	}
	return s[1:end], s[end:], true
}

// Quote returns s so that the shell reads it back as one word. It is s itself
// when nothing in it is special.
func Quote(s string) string {
	if s == "" {
		return "''"
	}
	plain := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c >= 0x80 && !utf8.ValidString(s) {
			return quoteDollar(s)
		}
		if !isNameByte(c) && c < 0x80 && strings.IndexByte("%+,-./:@", c) < 0 {
			plain = false
		}
	}
	if plain {
		return s
	}
	return Single(s)
}

// Single returns s in single quotes.
func Single(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// quoteDollar returns s as $'…'.
func quoteDollar(s string) string {
	b := []byte("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\'' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			b = append(b, '\\')
			o := strconv.FormatUint(uint64(s[i]), 8)
			b = append(append(b, "000"[len(o):]...), o...)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(append(b, '\''))
}

// Dollar decodes the text between $' and ' (POSIX XCU 2.2.4).
func Dollar(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'a':
			b = append(b, 7)
		case 'b':
			b = append(b, 8)
		case 'e', 'E':
			b = append(b, 27)
		case 'f':
			b = append(b, 12)
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'v':
			b = append(b, 11)
		case 'c':
			if i+1 < len(s) {
				i++
				if s[i] == '\\' && i+1 < len(s) && s[i+1] == '\\' {
					i++
				}
				b = append(b, s[i]&0x1f)
			}
		case 'x':
			n, used := digits(s[i+1:], 16, 2)
			if used == 0 {
				b = append(b, '\\', 'x')
				break
			}
			if b = append(b, byte(n)); n == 0 {
				return string(b[:len(b)-1])
			}
			i += used
		case 'u', 'U':
			most := 4
			if c == 'U' {
				most = 8
			}
			n, used := digits(s[i+1:], 16, most)
			if used == 0 {
				b = append(b, '\\', c)
				break
			}
			b = utf8.AppendRune(b, rune(n))
			i += used
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n, used := digits(s[i:], 8, 3)
			if n == 0 {
				return string(b) // what follows a NUL is lost, as in other shells
			}
			b = append(b, byte(n))
			i += used - 1
		case '\\', '\'', '"', '?':
			b = append(b, c)
		default:
			b = append(b, '\\', c)
		}
	}
	return string(b)
}

// digits reads at most most digits of a base.
func digits(s string, base uint64, most int) (n uint64, used int) {
	for used < len(s) && used < most {
		d, err := strconv.ParseUint(s[used:used+1], int(base), 8)
		if err != nil {
			break
		}
		n = n*base + d
		used++
	}
	return n, used
}
