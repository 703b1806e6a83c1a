package parse

import (
	"mvdan.cc/sh/v3/syntax"
)

// assignment reads NAME=word and, outside of strict mode, NAME+=word,
// NAME[index]=word and NAME=(word…). Nil, and nothing taken, if the next word is
// none of them.
func (p *Parser) assignment() *syntax.Assign {
	c := p.peek()
	if c == eof || !isNameStart(c) {
		return nil
	}
	m := p.mark()
	a := &syntax.Assign{Name: p.param(false)}
	if p.peek() == '[' && !p.opt.Strict {
		index, ok := p.assignIndex()
		if !ok {
			p.reset(m)
			return nil
		}
		a.Index = index
	}
	if p.peek() == '+' && !p.opt.Strict && p.peek2() == '=' {
		p.skip()
		a.Append = true
	}
	if !p.got('=') {
		p.reset(m)
		return nil
	}
	if p.peek() == '(' && a.Index == nil && !p.opt.Strict {
		a.Array = p.array()
		return a
	}
	a.Value = p.optWord(modeWord)
	return a
}

// assignIndex reads [index] if an assignment operator follows on the same line.
func (p *Parser) assignIndex() (*syntax.Word, bool) {
	for i := p.in.i; ; i++ { // a cheap look first: most words with [ are patterns
		if i >= len(p.in.text) || p.in.text[i] == '\n' {
			return nil, false
		}
		if p.in.text[i] == ']' {
			break
		}
	}
	index := p.index()
	if c := p.peek(); index == nil || c != '=' && (c != '+' || p.peek2() != '=') {
		return nil, false
	}
	return index, true
}

// array reads (word… [index]=word…).
func (p *Parser) array() *syntax.ArrayExpr {
	a := &syntax.ArrayExpr{Lparen: p.pos()}
	p.skip()
	for {
		switch c := p.blanks(); c {
		case eof:
			p.unterminated(a.Lparen, "array")
		case '\n':
			p.skip()
			continue
		case ')':
			a.Rparen = p.pos()
			p.skip()
			return a
		case ';', '&', '|', '(':
			p.fail(p.pos(), "%q unexpected in an array", string(rune(c)))
		case '<', '>':
			if !p.procSubstAhead() {
				p.fail(p.pos(), "%q unexpected in an array", string(rune(c)))
			}
		}
		e := &syntax.ArrayElem{}
		if p.peek() == '[' {
			m := p.mark()
			if index, ok := p.assignIndex(); ok && p.got('=') {
				e.Index, e.Value = index, p.optWord(modeWord)
				a.Elems = append(a.Elems, e)
				continue
			}
			p.reset(m)
		}
		e.Value = p.word(modeWord)
		a.Elems = append(a.Elems, e)
	}
}
