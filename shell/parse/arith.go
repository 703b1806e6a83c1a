package parse

import (
	"mvdan.cc/sh/v3/syntax"
)

// arithExp reads $((…)) behind the parentheses.
func (p *Parser) arithExp(pos syntax.Pos) *syntax.ArithmExp {
	p.enter()
	x := &syntax.ArithmExp{Left: pos, X: p.word(modeArith), Right: p.pos()}
	if !p.gotTwice(')') {
		p.unterminated(pos, "arithmetic expansion")
	}
	p.leave()
	return x
}

// arithCmd reads ((…)) behind the parentheses.
func (p *Parser) arithCmd(pos syntax.Pos) *syntax.ArithmCmd {
	x := &syntax.ArithmCmd{Left: pos, X: p.word(modeArith), Right: p.pos()}
	if !p.gotTwice(')') {
		p.unterminated(pos, "arithmetic command")
	}
	return x
}

// arithAhead reports whether the ( that is next begins an arithmetic expression:
// whether a second one follows and both are closed by )) together. Otherwise
// they are a subshell and what it begins with, as in $((a); b). POSIX XCU 2.6.4
// lets arithmetic win where both are possible.
//
// One look ahead answers for all the (( inside as well, so that nesting costs no
// more than a second reading of the text.
func (p *Parser) arithAhead() bool {
	if p.peek2() != '(' {
		return false
	}
	here := int(p.pos().Offset())
	if is, ok := p.spans[here]; ok && p.in == p.main {
		return is
	}
	if p.spans == nil {
		p.spans = map[int]bool{}
	}
	m := p.mark()
	p.spans[here] = true // should the text end before
	p.skipParens()
	p.reset(m)
	return p.spans[here]
}

// skipParens passes from a ( over the ) that closes it, or to the end of the
// text, and notes for each (( on the way whether it ends in )).
func (p *Parser) skipParens() {
	type paren struct {
		at     int
		double bool // another one follows, and it is not closed yet
	}
	var open []paren
	p.enter()
	defer p.leave()
	for {
		at, c := int(p.pos().Offset()), p.peek()
		if c == eof {
			for _, o := range open { // so that nobody looks again
				p.spans[o.at] = p.spans[o.at] || o.double
			}
			return
		}
		p.skip()
		switch c {
		case '\\':
			if p.peekRaw() != eof {
				p.skip()
			}
		case '\'', '"', '`':
			p.skipQuoted(c)
		case '(':
			open = append(open, paren{at, p.peek() == '('})
		case ')':
			open = open[:len(open)-1]
			if len(open) == 0 {
				return
			}
			if last := &open[len(open)-1]; last.double {
				last.double = false
				p.spans[last.at] = p.peek() == ')'
			}
		}
	}
}

// skipQuoted passes over the rest of a quoted string.
func (p *Parser) skipQuoted(quote int) {
	for c := p.peekRaw(); c != eof; c = p.peekRaw() {
		p.skip()
		switch {
		case c == quote:
			return
		case c == '\\' && quote != '\'':
			if p.peekRaw() != eof {
				p.skip()
			}
		case c == '$' && quote == '"' && p.peek() == '(':
			p.skipParens()
		}
	}
}
