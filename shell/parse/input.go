package parse

import (
	"bytes"
	"io"

	"mvdan.cc/sh/v3/syntax"
)

// An input is text that characters are taken from: the lines of the source, or
// the value of an alias, which is read before the rest of its parent.
type input struct {
	text   []byte
	i      int    // of the next character
	lines  int    // main only: newlines received so far
	parent *input // where reading goes on; nil for the lines
	up     *input // the alias being replaced around this text, for recursion

	name  string // of the alias
	blank bool   // the value ends in a blank
	pos   syntax.Pos
}

// eof is what peek returns at the end of the text.
const eof = -1

// peek returns the next character without taking it, or eof. Pairs of backslash
// and newline are removed first (POSIX XCU 2.2.1).
func (p *Parser) peek() int {
	if in := p.in; in.i < len(in.text) && in.text[in.i] != '\\' {
		return int(in.text[in.i])
	}
	for {
		if !p.fill() {
			return eof
		}
		if p.in.text[p.in.i] != '\\' || p.behind() != '\n' {
			return int(p.in.text[p.in.i])
		}
		p.skip()
		p.fill()
		p.skip()
	}
}

// behind returns the character behind the next one as far as it has been read,
// also where an alias's value ends between the two.
func (p *Parser) behind() int {
	for in, i := p.in, p.in.i+1; in != nil; in, i = in.parent, in.parent.i {
		if i < len(in.text) {
			return int(in.text[i])
		}
		if in.parent == nil {
			break
		}
	}
	return eof
}

// peekRaw is peek where backslash and newline stand for themselves.
func (p *Parser) peekRaw() int {
	if !p.fill() {
		return eof
	}
	return int(p.in.text[p.in.i])
}

// peek2 returns the character after the next one.
func (p *Parser) peek2() int {
	if p.peek() == eof {
		return eof
	}
	m := p.mark()
	p.skip()
	c := p.peek()
	p.reset(m)
	return c
}

// skip takes the character that peek returned.
func (p *Parser) skip() {
	in := p.in
	if in.text[in.i] == '\n' && in == p.main {
		p.line++
		p.bol = in.i + 1
	}
	in.i++
}

// skip2 takes the characters that peek and peek2 returned.
func (p *Parser) skip2() {
	p.skip()
	p.peek()
	p.skip()
}

// got takes c if it is next.
func (p *Parser) got(c byte) bool {
	if p.peek() != int(c) {
		return false
	}
	p.skip()
	return true
}

// gotTwice takes c if it is next, and once more.
func (p *Parser) gotTwice(c byte) bool {
	first := p.got(c)
	return first && p.got(c)
}

// fill makes sure that p.in has a character; false at the end of the text.
func (p *Parser) fill() bool {
	for p.in.i >= len(p.in.text) {
		switch {
		case p.in.parent != nil:
			p.nextAlias = p.nextAlias || p.in.blank
			p.in = p.in.parent
		case p.eof || p.src == nil:
			return false
		default:
			p.readLine()
		}
	}
	return true
}

// readLine appends a line of the source. NUL bytes are dropped, as in bash:
// no argument can hold them.
func (p *Parser) readLine() {
	line, err := p.src.ReadLine(p.first)
	p.first = false
	if err == io.EOF {
		p.eof = true
	} else if err != nil {
		panic(failure{err})
	}
	at := len(p.main.text)
	p.main.text = append(p.main.text, line...)
	if bytes.IndexByte(p.main.text[at:], 0) >= 0 {
		p.main.text = append(p.main.text[:at], bytes.ReplaceAll([]byte(line), []byte{0}, nil)...)
	}
	if n := len(p.main.text); n > at && p.main.text[n-1] == '\n' {
		p.main.lines++
	}
}

// pos returns the position of the next character; inside an alias, that of its
// name.
func (p *Parser) pos() syntax.Pos {
	if p.in != p.main {
		return p.in.pos
	}
	return syntax.NewPos(uint(p.base+p.in.i), uint(p.line), uint(p.in.i-p.bol+1))
}

// A mark is a place to go back to.
type mark struct {
	in        *input
	at        []int // indices of in and its parents, main's last
	one       [1]int
	line, bol int
	nextAlias bool
}

func (p *Parser) mark() mark {
	m := mark{in: p.in, line: p.line, bol: p.bol, nextAlias: p.nextAlias}
	if p.in == p.main {
		m.one[0] = p.in.i
		return m
	}
	for in := p.in; in != nil; in = in.parent {
		m.at = append(m.at, in.i)
	}
	return m
}

func (p *Parser) reset(m mark) {
	p.in, p.line, p.bol, p.nextAlias = m.in, m.line, m.bol, m.nextAlias
	if m.at == nil {
		p.in.i = m.one[0]
		return
	}
	in := m.in
	for _, i := range m.at {
		in.i = i
		in = in.parent
	}
}

// since returns the text from the mark to here. It ends where the mark's input
// ends: a word never reaches from an alias's value into the text behind it.
func (p *Parser) since(m mark) string {
	from := m.one[0]
	if m.at != nil {
		from = m.at[0]
	}
	if p.in == m.in {
		return string(p.in.text[from:p.in.i])
	}
	return string(m.in.text[from:])
}

// sub returns a parser of text that stands at pos in this one's: the inside of
// backquotes, the body of a here-document.
func (p *Parser) sub(text string, pos syntax.Pos) *Parser {
	main := &input{text: []byte(text), up: p.in}
	return &Parser{opt: p.opt, main: main, in: main, eof: true,
		line: int(pos.Line()), base: int(pos.Offset()), depth: p.depth}
}
