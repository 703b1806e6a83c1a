// Package match is the shell's pattern matcher (POSIX XCU 2.13), compiled once
// and free of exponential cases.
//
// A pattern is a string in which a backslash takes the next character's meaning
// away; quoted parts of a word are passed through [AppendQuoted] first. Strings
// are UTF-8; a byte that is not part of valid UTF-8 is one character of its own.
//
// Between its stars a pattern is a list of segments, each of which matches a
// fixed number of characters. So the shortest match puts every segment as far
// left as it goes, and the longest differs in one segment only: no backtracking.
// Extended patterns (?(a|b) and so on) are matched on sets of positions instead,
// in time proportional to the lengths of pattern and string, except !( ), which
// costs a factor of the string's length for each level.
package match

import "strings"

// Options change what a pattern means.
type Options struct {
	Extglob bool // ?( *( +( @( !( are groups, as bash's extglob
	NoCase  bool // letters match in either case
	// Period makes a leading period match nothing but a period that is
	// written in the pattern (POSIX XCU 2.13.3). Only Match looks at it.
	Period bool
}

// A Pattern is a compiled pattern. It may be used by many goroutines at once.
type Pattern struct {
	segs   []segment // what stands between the stars; at least one
	nodes  []node    // the whole pattern, when it has groups
	groups bool
	period bool
}

// Compile never fails: what is not well formed stands for itself (XCU 2.13.1).
func Compile(pattern string, opt Options) *Pattern {
	c := newCompiler(pattern, opt)
	nodes := c.sequence(0)
	p := &Pattern{period: opt.Period, groups: c.groups}
	if c.groups {
		p.nodes = nodes
		return p
	}
	p.segs = segments(nodes)
	return p
}

// Literal returns the only string that the pattern matches, if there is just one
// and the pattern says so plainly.
func (p *Pattern) Literal() (string, bool) {
	if p.groups || len(p.segs) != 1 || !p.segs[0].plain {
		return "", false
	}
	return p.segs[0].lit, true
}

// Match reports whether the pattern matches all of s.
func (p *Pattern) Match(s string) bool {
	if p.groups {
		return newScan(s, p.period).forward(p.nodes, 0).has(len(s))
	}
	if p.period && strings.HasPrefix(s, ".") && !p.segs[0].startsWithPeriod() {
		return false
	}
	end := p.segs[0].at(s, 0)
	if end < 0 || len(p.segs) == 1 {
		return end == len(s)
	}
	last := len(p.segs) - 1
	start := p.segs[last].before(s, len(s))
	if start < end {
		return false
	}
	_, ok := place(p.segs[1:last], s[:start], end)
	return ok
}

// Prefix returns the length of the shortest or longest start of s that the
// pattern matches, or -1.
func (p *Pattern) Prefix(s string, longest bool) int {
	if p.groups {
		ends := newScan(s, false).forward(p.nodes, 0)
		if longest {
			return ends.max()
		}
		return ends.min()
	}
	end := p.segs[0].at(s, 0)
	if end < 0 || len(p.segs) == 1 {
		return end
	}
	last := len(p.segs) - 1
	end, ok := place(p.segs[1:last], s, end)
	if !ok {
		return -1
	}
	if longest {
		_, end = p.segs[last].lastIndex(s, end)
	} else {
		_, end = p.segs[last].index(s, end)
	}
	return end
}

// Suffix returns where the shortest or longest end of s that the pattern matches
// begins, or -1.
func (p *Pattern) Suffix(s string, longest bool) int {
	if p.groups {
		starts := newScan(s, false).backward(p.nodes, len(s))
		if longest {
			return starts.min()
		}
		return starts.max()
	}
	last := len(p.segs) - 1
	start := p.segs[last].before(s, len(s))
	if start < 0 || last == 0 {
		return start
	}
	for i := last - 1; i > 0; i-- {
		if start, _ = p.segs[i].lastIndex(s[:start], 0); start < 0 {
			return -1
		}
	}
	if longest {
		start, _ = p.segs[0].index(s[:start], 0)
	} else {
		start, _ = p.segs[0].lastIndex(s[:start], 0)
	}
	return start
}

// Find returns the leftmost match in s that begins at from or later, and among
// those the longest: s[start:end]. start is -1 when there is none.
func (p *Pattern) Find(s string, from int) (start, end int) {
	if p.groups {
		scan := newScan(s[from:], false)
		start = scan.backwardAll(p.nodes).min()
		if start < 0 {
			return -1, -1
		}
		return from + start, from + scan.forward(p.nodes, start).max()
	}
	// No later start can do better than the first place of the first segment.
	start, _ = p.segs[0].index(s, from)
	if start < 0 {
		return -1, -1
	}
	n := p.Prefix(s[start:], true)
	if n < 0 {
		return -1, -1
	}
	return start, start + n
}

// place puts segs one after the other as far left as they go in s from i on, and
// returns where the last one ends.
func place(segs []segment, s string, i int) (end int, ok bool) {
	for k := range segs {
		if _, i = segs[k].index(s, i); i < 0 {
			return -1, false
		}
	}
	return i, true
}

// AppendQuoted appends s to a pattern so that it stands for itself, also inside
// a bracket expression.
func AppendQuoted(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if special(s[i]) {
			dst = append(dst, '\\')
		}
		dst = append(dst, s[i])
	}
	return dst
}

// Quote returns a pattern that matches s and nothing else.
func Quote(s string) string {
	for i := 0; i < len(s); i++ {
		if special(s[i]) {
			return string(AppendQuoted(nil, s))
		}
	}
	return s
}

// special reports whether c can mean something in a pattern.
func special(c byte) bool { return strings.IndexByte(`\*?[]!^-:.=+@|()`, c) >= 0 }

// Unquote removes the backslashes of a pattern; what it returns is the string
// that stands for a pattern which matched no path name (XCU 2.13.3).
func Unquote(pattern string) string {
	if strings.IndexByte(pattern, '\\') < 0 {
		return pattern
	}
	out := make([]byte, 0, len(pattern))
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' && i+1 < len(pattern) {
			i++
		}
		out = append(out, pattern[i])
	}
	return string(out)
}

// HasMeta reports whether pattern can match anything but one string. It is
// cheap, and may be true for a bracket expression that is not well formed.
func HasMeta(pattern string, extglob bool) bool {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '[':
			if strings.IndexByte(pattern[i:], ']') > 0 {
				return true
			}
		case '+', '@', '!':
			if extglob && i+1 < len(pattern) && pattern[i+1] == '(' {
				return true
			}
		}
	}
	return false
}
