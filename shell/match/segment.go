package match

import (
	"strings"
	"unicode/utf8"
)

// An item matches a string of its own or one character.
type item struct {
	lit string   // not empty: this text
	set *bracket // not nil: a character of the set; else, without lit: any
}

// A segment is a pattern without stars.
type segment struct {
	items []item
	lit   string // all of it, when plain
	plain bool
}

func segments(nodes []node) []segment {
	segs := make([]segment, 1, 2)
	stars := 0
	for i := range nodes {
		cur := &segs[len(segs)-1]
		switch n := &nodes[i]; {
		case n.kind != nodeStar:
			cur.items = append(cur.items, n.item)
		case stars == 0 || len(cur.items) > 0: // a star after a star adds nothing
			stars++
			segs = append(segs, segment{})
		}
	}
	for i := range segs {
		g := &segs[i]
		switch {
		case len(g.items) == 0:
			g.plain = true
		case len(g.items) == 1 && g.items[0].lit != "":
			g.plain, g.lit = true, g.items[0].lit
		}
	}
	return segs
}

// startsWithPeriod reports whether the segment begins with a written period.
func (g *segment) startsWithPeriod() bool {
	return len(g.items) > 0 && strings.HasPrefix(g.items[0].lit, ".")
}

// at matches the segment at s[i:] and returns the end of the match, or -1.
func (g *segment) at(s string, i int) int {
	if g.plain {
		if strings.HasPrefix(s[i:], g.lit) {
			return i + len(g.lit)
		}
		return -1
	}
	for k := range g.items {
		if i = g.items[k].at(s, i); i < 0 {
			return -1
		}
	}
	return i
}

// before matches the segment at the end of s[:j] and returns its start, or -1.
func (g *segment) before(s string, j int) int {
	if g.plain {
		if strings.HasSuffix(s[:j], g.lit) {
			return j - len(g.lit)
		}
		return -1
	}
	for k := len(g.items) - 1; k >= 0; k-- {
		if j = g.items[k].before(s, j); j < 0 {
			return -1
		}
	}
	return j
}

// index finds the segment's leftmost place in s[i:].
func (g *segment) index(s string, i int) (start, end int) {
	if g.plain {
		n := strings.Index(s[i:], g.lit)
		if n < 0 {
			return -1, -1
		}
		return i + n, i + n + len(g.lit)
	}
	for i <= len(s) {
		if first := g.items[0].lit; first != "" {
			n := strings.Index(s[i:], first)
			if n < 0 {
				return -1, -1
			}
			i += n
		}
		if end := g.at(s, i); end >= 0 {
			return i, end
		}
		if i == len(s) {
			break
		}
		_, i = next(s, i)
	}
	return -1, -1
}

// lastIndex finds the segment's rightmost place in s that does not begin before
// low.
func (g *segment) lastIndex(s string, low int) (start, end int) {
	if g.plain {
		n := strings.LastIndex(s[low:], g.lit)
		if n < 0 {
			return -1, -1
		}
		return low + n, low + n + len(g.lit)
	}
	for j := len(s); j >= low; {
		if last := g.items[len(g.items)-1].lit; last != "" {
			n := strings.LastIndex(s[low:j], last)
			if n < 0 {
				return -1, -1
			}
			j = low + n + len(last)
		}
		if start := g.before(s, j); start >= low {
			return start, j
		}
		if j == low {
			break
		}
		_, j = prev(s, j)
	}
	return -1, -1
}

func (t *item) at(s string, i int) int {
	switch {
	case t.lit != "":
		if !strings.HasPrefix(s[i:], t.lit) {
			return -1
		}
		return i + len(t.lit)
	case i == len(s):
		return -1
	}
	r, i := next(s, i)
	if t.set != nil && !t.set.has(r) {
		return -1
	}
	return i
}

func (t *item) before(s string, j int) int {
	switch {
	case t.lit != "":
		if !strings.HasSuffix(s[:j], t.lit) {
			return -1
		}
		return j - len(t.lit)
	case j == 0:
		return -1
	}
	r, j := prev(s, j)
	if t.set != nil && !t.set.has(r) {
		return -1
	}
	return j
}

// badByte is added to a byte that is not valid UTF-8 to make a character that no
// valid text has (a lone surrogate).
const badByte = 0xDC00

// next returns the character at s[i:] and the place behind it.
func next(s string, i int) (rune, int) {
	c := s[i]
	if c < utf8.RuneSelf {
		return rune(c), i + 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if r == utf8.RuneError && n == 1 {
		r = badByte + rune(c)
	}
	return r, i + n
}

// prev returns the character that ends at s[:j] and its place.
func prev(s string, j int) (rune, int) {
	c := s[j-1]
	if c < utf8.RuneSelf {
		return rune(c), j - 1
	}
	r, n := utf8.DecodeLastRuneInString(s[:j])
	if r == utf8.RuneError && n == 1 {
		r = badByte + rune(c)
	}
	return r, j - n
}
