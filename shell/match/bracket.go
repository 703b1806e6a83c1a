package match

import (
	"strings"
	"unicode"
)

// A bracket is a bracket expression (POSIX XBD 9.3.5 with ! for ^).
type bracket struct {
	negated bool
	nocase  bool
	ascii   [2]uint64 // members below 128
	ranges  []runeRange
	classes []func(rune) bool // asked for characters from 128 on
}

type runeRange struct{ low, high rune }

// add makes the characters from low to high, both included, members.
func (b *bracket) add(low, high rune) {
	for r := low; r <= high && r < 128; r++ {
		b.ascii[r>>6] |= 1 << (r & 63)
	}
	if high >= 128 {
		b.ranges = append(b.ranges, runeRange{low, high})
	}
}

func (b *bracket) addClass(in func(rune) bool) {
	for r := rune(0); r < 128; r++ {
		if in(r) {
			b.add(r, r)
		}
	}
	b.classes = append(b.classes, in)
}

// has reports whether the expression matches r.
func (b *bracket) has(r rune) bool {
	in := b.member(r)
	if b.nocase {
		for f := unicode.SimpleFold(r); !in && f != r; f = unicode.SimpleFold(f) {
			in = b.member(f)
		}
	}
	return in != b.negated
}

func (b *bracket) member(r rune) bool {
	if r < 128 {
		return b.ascii[r>>6]&(1<<(r&63)) != 0
	}
	for _, g := range b.ranges {
		if g.low <= r && r <= g.high {
			return true
		}
	}
	for _, in := range b.classes {
		if in(r) {
			return true
		}
	}
	return false
}

// parseBracket reads the expression that begins with the [ at src[i] and returns
// it and the place behind its ]. It returns nil when there is none: then the [
// stands for itself (XCU 2.13.1).
func parseBracket(src string, i int, nocase bool) (*bracket, int) {
	b := &bracket{nocase: nocase}
	i++
	if i < len(src) && (src[i] == '!' || src[i] == '^') {
		b.negated = true
		i++
	}
	for first := true; i < len(src); first = false {
		if src[i] == ']' && !first {
			return b, i + 1
		}
		if name, end := named(src, i, ':'); end > 0 {
			if in := classes[name]; in != nil {
				b.addClass(in)
			}
			i = end
			continue
		}
		low, end := element(src, i)
		if end < 0 {
			return nil, 0
		}
		i = end
		high := low
		// A - before the ] is a member like any other.
		if i+1 < len(src) && src[i] == '-' && src[i+1] != ']' {
			if high, end = element(src, i+1); end < 0 {
				return nil, 0
			}
			i = end
		}
		if low != noElement && high != noElement {
			b.add(low, high)
		}
	}
	return nil, 0
}

// noElement stands for a collating symbol that this locale does not have. It
// matches nothing.
const noElement = -1

// element reads one end of a range: a character, a quoted character, [.x.] or
// [=x=]. end is -1 when the pattern ends first.
func element(src string, i int) (r rune, end int) {
	for _, mark := range []byte{'.', '='} {
		name, end := named(src, i, mark)
		if end < 0 {
			continue
		}
		if r, n := next(name, 0); n == len(name) {
			return r, end
		}
		if r, ok := collating[name]; ok {
			return r, end
		}
		return noElement, end
	}
	if src[i] == '\\' && i+1 < len(src) {
		i++
	}
	return next(src, i)
}

// named reads [:name:], [.name.] or [=name=]; end is -1 when there is none.
func named(src string, i int, mark byte) (name string, end int) {
	const longest = 32 // bytes; the longest name of a collating symbol has 20
	if i+1 >= len(src) || src[i] != '[' || src[i+1] != mark {
		return "", -1
	}
	rest := src[i+2 : min(len(src), i+2+longest)]
	if rest == "" {
		return "", -1
	}
	// The name has at least one character, which may be the mark itself: [...]
	n := strings.Index(rest[1:], string([]byte{mark, ']'}))
	if n < 0 {
		return "", -1
	}
	return rest[:n+1], i + 2 + n + 1 + 2
}
