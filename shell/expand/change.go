package expand

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lxsh/lxsh/shell/match"
)

// Slice is ${v:offset:length} in characters. A negative offset counts from the
// end; a negative length is an end counted from there. ok is false when that end
// lies before the offset.
func Slice(v string, offset, length int64, hasLength bool) (s string, ok bool) {
	ascii := true
	for i := 0; i < len(v) && ascii; i++ {
		ascii = v[i] < utf8.RuneSelf
	}
	if ascii {
		from, to, ok := bounds(int64(len(v)), offset, length, hasLength)
		return v[from:to], ok
	}
	runes := starts(v)
	from, to, ok := bounds(int64(len(runes)-1), offset, length, hasLength)
	return v[runes[from]:runes[to]], ok
}

// starts are the byte offsets of the characters of v, and its length.
func starts(v string) []int {
	at := make([]int, 0, len(v)+1)
	for i := range v {
		at = append(at, i)
	}
	return append(at, len(v))
}

func bounds(size, offset, length int64, hasLength bool) (from, to int64, ok bool) {
	if offset < 0 {
		offset += size
	}
	if offset < 0 || offset > size {
		return 0, 0, true
	}
	to = size
	switch {
	case !hasLength:
	case length < 0:
		if to = size + length; to < offset {
			return 0, 0, false
		}
	default:
		to = min(size, offset+length)
	}
	return offset, to, true
}

// SliceList is the same for a list.
func SliceList(l []string, offset, length int64, hasLength bool) []string {
	from, to, ok := bounds(int64(len(l)), offset, length, hasLength)
	if !ok {
		return nil
	}
	return l[from:to]
}

// Case changes the case of the first character, or of all, that match p; a nil p
// matches every character.
func Case(v string, upper, all bool, p *match.Pattern) string {
	var b strings.Builder
	for i, r := range v {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(v[i:])
		}
		if (i == 0 || all) && (p == nil || p.Match(v[i:i+n])) && r != utf8.RuneError {
			if upper {
				b.WriteRune(unicode.ToUpper(r))
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
			continue
		}
		b.WriteString(v[i : i+n])
	}
	return b.String()
}

// Replace is ${v/p/with}: the first match is replaced, or every one. anchor is
// '#' or '%' when the match must lie at that end of v, otherwise 0.
func Replace(v string, p *match.Pattern, with string, anchor byte, all bool) string {
	switch anchor {
	case '#':
		if n := p.Prefix(v, true); n >= 0 {
			return with + v[n:]
		}
		return v
	case '%':
		if n := p.Suffix(v, true); n >= 0 {
			return v[:n] + with
		}
		return v
	}
	var b strings.Builder
	at := 0
	for at < len(v) || at == 0 {
		start, end := p.Find(v, at)
		if start < 0 {
			break
		}
		if end == start { // an empty match replaces nothing
			if start >= len(v) {
				break
			}
			b.WriteString(v[at : start+1])
			at = start + 1
			continue
		}
		b.WriteString(v[at:start])
		b.WriteString(with)
		at = end
		if !all {
			break
		}
	}
	return b.String() + v[at:]
}
