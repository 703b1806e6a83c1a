package parse

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A mode is a set of rules for the inside of a word: where it ends and what
// quotes.
type mode uint8

const (
	modeWord    mode = iota // a word of a command; ends before a metacharacter
	modeQuoted              // "…"; ends before "
	modeHere                // the body of a here-document
	modeBrace               // ${x#…}; ends before }
	modeBraceQ              // "${x-…}"; ends before }
	modeRepl                // ${x/…; ends before / or }
	modeArith               // $((…)); ends before the ) that closes it
	modeBracket             // $[…]; ends before ]
	modeFor                 // for ((…;…;…)); ends before ; or )
	modeSlice               // ${x:…; ends before : or }
	modeIndex               // a[…]; ends before ]
	modeRegex               // [[ x =~ … ]]; ends before a blank outside of ( )
)

// Rules that several modes share.
const (
	likeQuoted = 1<<modeQuoted | 1<<modeHere | 1<<modeBraceQ // blanks, ', < are ordinary
	likeArith  = 1<<modeArith | 1<<modeBracket | 1<<modeFor | 1<<modeSlice
	likeWord   = 1<<modeWord | 1<<modeRegex | 1<<modeBrace | 1<<modeRepl
	literalSgl = likeQuoted | likeArith
)

func (m mode) in(set int) bool { return 1<<m&set != 0 }

// word reads a word that has at least one part, an empty Lit if nothing else.
func (p *Parser) word(m mode) *syntax.Word {
	pos := p.pos()
	parts := p.parts(m, nil)
	if len(parts) == 0 {
		return newLit(pos, pos, "")
	}
	if len(parts) == 1 {
		if lit, ok := parts[0].(*syntax.Lit); ok {
			return newLit(lit.ValuePos, lit.ValueEnd, lit.Value)
		}
	}
	return &syntax.Word{Parts: parts}
}

// optWord is word, and nil for an empty one.
func (p *Parser) optWord(m mode) *syntax.Word {
	if parts := p.parts(m, nil); len(parts) > 0 {
		return &syntax.Word{Parts: parts}
	}
	return nil
}

// newLit makes the most frequent word in one allocation.
func newLit(pos, end syntax.Pos, s string) *syntax.Word {
	a := &struct {
		word  syntax.Word
		lit   syntax.Lit
		parts [1]syntax.WordPart
	}{lit: syntax.Lit{ValuePos: pos, ValueEnd: end, Value: s}}
	a.parts[0] = &a.lit
	a.word.Parts = a.parts[:]
	return &a.word
}

// literal collects the characters between the other parts.
type literal struct {
	buf   []byte
	start syntax.Pos
}

// parts reads the parts of a word up to its end, which it leaves.
func (p *Parser) parts(m mode, parts []syntax.WordPart) []syntax.WordPart {
	var lit literal
	var arr [64]byte
	lit.buf = arr[:0]
	flush := func() {
		if len(lit.buf) > 0 {
			parts = append(parts, &syntax.Lit{ValuePos: lit.start, ValueEnd: p.pos(), Value: string(lit.buf)})
			lit.buf = lit.buf[:0]
		}
	}
	add := func(c int) {
		if len(lit.buf) == 0 {
			lit.start = p.pos()
		}
		lit.buf = append(lit.buf, byte(c))
		p.skip()
	}
	depth := 0 // of open ( in patterns and arithmetic, [ in subscripts, ? in slices
	for {
		c := p.peek()
		if c == eof || p.ends(m, c, depth) {
			flush()
			return parts
		}
		var part syntax.WordPart
		switch c {
		case '\\':
			add(c)
			if c = p.peekRaw(); c != eof {
				add(c)
			}
			continue
		case '\'':
			if m.in(literalSgl) {
				add(c)
				continue
			}
			flush()
			part = p.single(false)
		case '"':
			if m == modeHere {
				add(c)
				continue
			}
			flush()
			part = p.double(false)
		case '`':
			flush()
			part = p.backquote(m.in(likeQuoted) && (m != modeHere || p.opt.Strict))
		case '$':
			end := p.pos()
			at := len(lit.buf)
			part = p.dollar(m)
			if part == nil { // an ordinary character
				if at == 0 {
					lit.start = end
				}
				lit.buf = append(lit.buf, '$')
				continue
			}
			if at > 0 {
				parts = append(parts, &syntax.Lit{ValuePos: lit.start, ValueEnd: end, Value: string(lit.buf)})
				lit.buf = lit.buf[:0]
			}
		case '<', '>':
			if m == modeWord && depth == 0 && p.procSubstAhead() {
				flush()
				part = p.procSubst()
				break
			}
			add(c)
			continue
		default:
			if m == modeWord && p.extGlobAhead(c) {
				add(c)
				c = p.peek()
			}
			depth += nesting(m, c)
			add(c)
			continue
		}
		parts = append(parts, part)
	}
}

// ends reports whether a word of mode m ends before c.
func (p *Parser) ends(m mode, c, depth int) bool {
	switch m {
	case modeWord, modeRegex:
		if depth > 0 {
			return false
		}
		switch c {
		case ' ', '\t', '\n', ';', '&':
			return true
		case '(', ')', '|':
			return m == modeWord || c == ')'
		case '<', '>':
			return !p.procSubstAhead()
		}
	case modeQuoted:
		return c == '"'
	case modeBrace, modeBraceQ:
		return c == '}'
	case modeRepl:
		return c == '}' || c == '/'
	case modeArith:
		return c == ')' && depth == 0
	case modeBracket, modeIndex:
		return c == ']' && depth == 0
	case modeFor:
		return depth == 0 && (c == ';' || c == ')')
	case modeSlice:
		return c == '}' || c == ':' && depth == 0
	}
	return false
}

// extGlobAhead reports whether c begins one of bash's extended patterns: ?(…),
// *(…), +(…), @(…) and !(…).
func (p *Parser) extGlobAhead(c int) bool {
	switch c {
	case '?', '*', '+', '@', '!':
		return !p.opt.Strict && p.peek2() == '('
	}
	return false
}

// nesting returns by how much the ordinary character c changes the depth.
func nesting(m mode, c int) int {
	var up, down string
	switch m {
	case modeWord, modeRegex, modeArith, modeFor:
		up, down = "(", ")"
	case modeBracket, modeIndex:
		up, down = "[", "]"
	case modeSlice:
		up, down = "?(", ":)"
	}
	if strings.IndexByte(up, byte(c)) >= 0 {
		return 1
	}
	if strings.IndexByte(down, byte(c)) >= 0 {
		return -1
	}
	return 0
}

// single reads '…', or $'…' behind its dollar sign.
func (p *Parser) single(dollar bool) *syntax.SglQuoted {
	q := &syntax.SglQuoted{Left: p.pos(), Dollar: dollar}
	p.skip()
	var buf []byte
	for {
		c := p.peekRaw()
		if c == eof {
			p.unterminated(q.Left, "quoted string")
		}
		if c == '\'' {
			q.Right, q.Value = p.pos(), string(buf)
			p.skip()
			return q
		}
		buf = append(buf, byte(c))
		p.skip()
		if dollar && c == '\\' {
			if c = p.peekRaw(); c != eof {
				buf = append(buf, byte(c))
				p.skip()
			}
		}
	}
}

// double reads "…", or $"…" behind its dollar sign.
func (p *Parser) double(dollar bool) *syntax.DblQuoted {
	q := &syntax.DblQuoted{Left: p.pos(), Dollar: dollar}
	p.enter()
	p.skip()
	q.Parts = p.parts(modeQuoted, nil)
	q.Right = p.pos()
	if !p.got('"') {
		p.unterminated(q.Left, "quoted string")
	}
	p.leave()
	return q
}
