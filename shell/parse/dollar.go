package parse

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// dollar reads what begins with a dollar sign. Nil: the sign, which is taken,
// stands for itself.
func (p *Parser) dollar(m mode) syntax.WordPart {
	pos := p.pos()
	p.skip()
	switch c := p.peek(); {
	case c == '{':
		p.skip()
		return p.brace(pos, m)
	case c == '(':
		if p.arithAhead() {
			p.skip2()
			return p.arithExp(pos)
		}
		p.skip()
		return p.cmdSubst(pos)
	case c == '[' && !p.opt.Strict:
		p.skip()
		x := &syntax.ArithmExp{Left: pos, Bracket: true, X: p.word(modeBracket), Right: p.pos()}
		if !p.got(']') {
			p.unterminated(pos, "arithmetic expansion")
		}
		return x
	case c == '\'' && !m.in(literalSgl):
		q := p.single(true)
		q.Left = pos
		return q
	case c == '"' && !p.opt.Strict && !m.in(likeQuoted):
		q := p.double(true)
		q.Left = pos
		return q
	case c != eof && (isNameStart(c) || isDigit(c) || isSpecial(c)):
		return &syntax.ParamExp{Dollar: pos, Short: true, Param: p.param(true)}
	}
	return nil
}

// param reads a parameter's name. A short one has at most one digit.
func (p *Parser) param(short bool) *syntax.Lit {
	lit := &syntax.Lit{ValuePos: p.pos()}
	var buf []byte
	c := p.peek()
	switch {
	case c == eof:
	case isSpecial(c) || isDigit(c) && short:
		buf = append(buf, byte(c))
		p.skip()
	case isNameStart(c) || isDigit(c):
		digits := isDigit(c)
		for ; c != eof && (isDigit(c) || isNameStart(c) && !digits); c = p.peek() {
			buf = append(buf, byte(c))
			p.skip()
		}
	}
	lit.Value, lit.ValueEnd = string(buf), p.pos()
	return lit
}

// brace reads ${…} behind the brace.
func (p *Parser) brace(pos syntax.Pos, m mode) syntax.WordPart {
	p.enter()
	defer p.leave()
	if c := p.peek(); !p.opt.Strict && (c == ' ' || c == '\t' || c == '\n' || c == '|') {
		return p.funSubst(pos)
	}
	from := p.mark()
	x := &syntax.ParamExp{Dollar: pos}
	p.prefix(x)
	x.Param = p.param(false)
	if x.Param.Value == "" || !p.suffix(x, m) {
		p.reset(from)
		return p.badSubst(pos, m)
	}
	x.Rbrace = p.pos()
	if !p.got('}') {
		p.unterminated(pos, "parameter expansion")
	}
	return x
}

// prefix reads # and ! where they are not the parameter itself.
func (p *Parser) prefix(x *syntax.ParamExp) {
	c := p.peek()
	if c != '#' && (c != '!' || p.opt.Strict) {
		return
	}
	m := p.mark()
	p.skip()
	d := p.peek()
	prefix := d != eof && (isNameStart(d) || isDigit(d))
	switch d {
	case '@', '*', '$', '!':
		prefix = true
	case '#', '?', '-':
		// ${#-} is a length and ${#-word} a default; likewise ${!#}.
		prefix = p.peek2() == '}'
	}
	if !prefix {
		p.reset(m)
		return
	}
	x.Length, x.Excl = c == '#', c == '!'
}

// suffix reads what stands between a parameter's name and the closing brace;
// false if it is nothing that can.
func (p *Parser) suffix(x *syntax.ParamExp, m mode) bool {
	if !p.opt.Strict && p.peek() == '[' && isName(x.Param.Value) {
		if x.Index = p.index(); x.Index == nil {
			return false
		}
	}
	c := p.peek()
	if c == '}' || c == eof {
		return true
	}
	if x.Length {
		return false
	}
	colon := false
	if c == ':' {
		p.skip()
		colon = true
		if c = p.peek(); c != '-' && c != '=' && c != '?' && c != '+' {
			return !p.opt.Strict && p.slice(x)
		}
	}
	op, ok := expOps[byte(c)]
	if !ok || p.opt.Strict && strings.IndexByte("-=?+%#", byte(c)) < 0 {
		return false
	}
	p.skip()
	switch c {
	case '-', '=', '?', '+':
		if colon {
			op++
		}
		if m.in(likeQuoted) {
			m = modeBraceQ
		} else {
			m = modeBrace
		}
	case '%', '#', '^', ',':
		if p.got(byte(c)) {
			op++
		}
		m = modeBrace
	case '/':
		x.Repl = p.replace()
		return true
	case '*', '@':
		if x.Excl && p.peek() == '}' {
			x.Names = syntax.NamesPrefix
			if c == '@' {
				x.Names = syntax.NamesPrefixWords
			}
			return true
		}
		if d := p.peek(); c == '*' || strings.IndexByte("aAEkKLPQuU", byte(d)) < 0 || p.peek2() != '}' {
			return false
		}
		m = modeBrace
	}
	x.Exp = &syntax.Expansion{Op: op, Word: p.optWord(m)}
	return true
}

// expOps are the operators behind a parameter, without : and undoubled; the
// other form of each is the next number.
var expOps = map[byte]syntax.ParExpOperator{
	'-': syntax.DefaultUnset, '=': syntax.AssignUnset, '?': syntax.ErrorUnset, '+': syntax.AlternateUnset,
	'%': syntax.RemSmallSuffix, '#': syntax.RemSmallPrefix, '^': syntax.UpperFirst, ',': syntax.LowerFirst,
	'@': syntax.OtherParamOps, '/': 0, '*': 0,
}

// index reads […] of an array; nil if it does not end on the line.
func (p *Parser) index() *syntax.Word {
	p.skip()
	pos := p.pos()
	if p.peek() == ']' {
		return nil
	}
	parts := p.parts(modeIndex, nil)
	if !p.got(']') {
		p.unterminated(pos, "subscript")
	}
	return &syntax.Word{Parts: parts}
}

// slice reads the parts of ${x:offset:length}.
func (p *Parser) slice(x *syntax.ParamExp) bool {
	x.Slice = &syntax.Slice{}
	if w := p.optWord(modeSlice); w != nil {
		x.Slice.Offset = w
	}
	if p.got(':') {
		if w := p.optWord(modeSlice); w != nil {
			x.Slice.Length = w
		}
	}
	return p.peek() == '}'
}

// replace reads the parts of ${x/pattern/string}. A second slash at the
// beginning asks for all matches.
func (p *Parser) replace() *syntax.Replace {
	r := &syntax.Replace{All: p.got('/')}
	r.Orig = p.optWord(modeRepl)
	if p.got('/') {
		r.With = p.optWord(modeBrace)
	}
	return r
}

// badSubst reads an expansion that nobody understands up to its brace. It is an
// error only when it is expanded, as in dash and bash.
func (p *Parser) badSubst(pos syntax.Pos, m mode) syntax.WordPart {
	from := p.mark()
	start := p.pos()
	inner := modeBrace
	if m.in(likeQuoted) {
		inner = modeBraceQ
	}
	p.parts(inner, nil)
	x := &syntax.ParamExp{Dollar: pos, Rbrace: p.pos()}
	x.Param = &syntax.Lit{ValuePos: start, ValueEnd: p.pos(), Value: p.since(from)}
	if !p.got('}') {
		p.unterminated(pos, "parameter expansion")
	}
	return x
}

func isDigit(c int) bool { return '0' <= c && c <= '9' }

func isNameStart(c int) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isSpecial(c int) bool {
	switch c {
	case '@', '*', '#', '?', '-', '$', '!':
		return true
	}
	return false
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(int(s[i])) {
			return false
		}
	}
	return s != ""
}

func isName(s string) bool {
	for i := range len(s) {
		if c := int(s[i]); !isNameStart(c) && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return s != ""
}
