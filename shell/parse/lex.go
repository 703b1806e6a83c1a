package parse

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

type kind uint8

const (
	tEOF kind = iota
	tNewline
	tWord
	tSemi      // ;
	tAmp       // &
	tAndAnd    // &&
	tOrOr      // ||
	tPipe      // |
	tPipeAll   // |&
	tDSemi     // ;;
	tSemiAmp   // ;&
	tDSemiAmp  // ;;&
	tLParen    // (
	tRParen    // )
	tRedir     // [n]< and so on
	tDblLParen // (( of an arithmetic command
)

var kindText = [...]string{tEOF: "end of file", tNewline: "newline", tSemi: ";", tAmp: "&",
	tAndAnd: "&&", tOrOr: "||", tPipe: "|", tPipeAll: "|&", tDSemi: ";;", tSemiAmp: ";&",
	tDSemiAmp: ";;&", tLParen: "(", tRParen: ")", tDblLParen: "(("}

type token struct {
	kind   kind
	pos    syntax.Pos
	word   *syntax.Word         // tWord
	lit    string               // tWord without any quoting or expansion: its text
	assign *syntax.Assign       // tWord that was read as an assignment
	redir  syntax.RedirOperator // tRedir
	fd     *syntax.Lit          // tRedir: its number or {name}
	raw    string               // the text, for messages
	from   *input               // where it began, for recursion of aliases
	flags  flags                // asked for so far
	pushed bool                 // the blank rule made it a candidate for an alias
}

func (t *token) text() string {
	switch {
	case t.kind == tRedir:
		return t.redir.String()
	case t.kind == tWord:
		return strings.ReplaceAll(t.raw, "\n", " ")
	}
	return kindText[t.kind]
}

// is reports whether the token is the reserved word w.
func (t *token) is(w string) bool { return t.kind == tWord && t.lit == w }

// flags say what a word may be at the place where it stands.
type flags uint8

const (
	alias  flags = 1 << iota // replaced, if it is an alias
	assign                   // an assignment: a subscript or ( may follow the name
	arith                    // (( may begin an arithmetic command
	onlyIn                   // in and do are the only reserved words here
	onlyDo                   // only do
)

// reserved reports whether a word that may be an alias is a reserved word where
// it stands, so that it is not replaced (POSIX XCU 2.3.1).
func (p *Parser) reserved(w string, f flags) bool {
	switch {
	case f&(onlyIn|onlyDo) != 0:
		return w == "do" || w == "in" && f&onlyIn != 0
	case f&alias != 0:
		return p.keyword(w)
	}
	return false
}

// peekTok returns the next token without taking it. Asking again with further
// flags looks at it again.
func (p *Parser) peekTok(f flags) *token {
	pushed := false
	for {
		if !p.have {
			p.tok = p.lex(f)
			p.tok.pushed = p.tok.pushed || pushed
			p.have = true
		}
		t := &p.tok
		if t.kind != tWord || f&alias == 0 && !t.pushed || t.flags&alias != 0 || p.opt.Alias == nil {
			return t
		}
		t.flags |= alias
		if t.lit == "" || p.reserved(t.lit, f) || !p.expandAlias(t) {
			return t
		}
		p.have, pushed = false, t.pushed // what the value begins with is looked at as well
	}
}

func (p *Parser) take() { p.have = false }

// gotTok takes the next token if it is of kind k.
func (p *Parser) gotTok(k kind) bool {
	if p.peekTok(0).kind != k {
		return false
	}
	p.take()
	return true
}

// newlines takes newlines; the word behind them may be an alias.
func (p *Parser) newlines(f flags) {
	for p.peekTok(f).kind == tNewline {
		p.take()
	}
}

// expandAlias puts the value of the alias that t names in front of the text.
func (p *Parser) expandAlias(t *token) bool {
	for in := t.from; in != nil; {
		if in.name == t.lit {
			return false
		}
		if in.parent != nil {
			in = in.parent
		} else {
			in = in.up
		}
	}
	value, ok := p.opt.Alias(t.lit)
	if !ok {
		return false
	}
	last := strings.TrimRight(value, " \t") != value
	p.in = &input{text: []byte(value), parent: p.in, name: t.lit, pos: t.pos, blank: last}
	return true
}

// lex reads the next token.
func (p *Parser) lex(f flags) token {
	p.nextAlias = false
	c := p.blanks()
	t := token{pos: p.pos(), from: p.in, flags: f &^ alias, pushed: p.nextAlias}
	switch c {
	case eof:
		return t
	case '\n':
		p.skip()
		t.kind = tNewline
		p.readHeredocs()
		return t
	case ';', '&', '|', '(', ')':
		if p.operator(&t, byte(c), f) {
			return t
		}
		fallthrough
	case '<', '>':
		if c == '&' || !p.procSubstAhead() {
			p.redirect(&t)
			return t
		}
	}
	p.lexWord(&t, f)
	return t
}

// blanks passes over blanks and comments and returns the next character.
func (p *Parser) blanks() int {
	for {
		switch c := p.peek(); c {
		case ' ', '\t':
			p.skip()
		case '#':
			for c := p.peekRaw(); c != '\n' && c != eof; c = p.peekRaw() {
				p.skip()
			}
		default:
			return c
		}
	}
}

// operator reads a control operator; false for &> and &>>.
func (p *Parser) operator(t *token, c byte, f flags) bool {
	if c == '&' && !p.opt.Strict && p.peek2() == '>' {
		return false
	}
	if c == '(' && f&arith != 0 && p.arithAhead() {
		p.skip2()
		t.kind = tDblLParen
		return true
	}
	p.skip()
	switch c {
	case ';':
		t.kind = tSemi
		if p.got(';') {
			t.kind = tDSemi
			if !p.opt.Strict && p.got('&') {
				t.kind = tDSemiAmp
			}
		} else if p.got('&') {
			t.kind = tSemiAmp
		}
	case '&':
		t.kind = tAmp
		if p.got('&') {
			t.kind = tAndAnd
		}
	case '|':
		t.kind = tPipe
		if p.got('|') {
			t.kind = tOrOr
		} else if !p.opt.Strict && p.got('&') {
			t.kind = tPipeAll
		}
	case '(':
		t.kind = tLParen
	case ')':
		t.kind = tRParen
	}
	return true
}

// redirect reads a redirection operator.
func (p *Parser) redirect(t *token) {
	t.kind = tRedir
	c := p.peek()
	p.skip()
	switch c {
	case '&':
		p.got('>')
		t.redir = syntax.RdrAll
		if p.got('>') {
			t.redir = syntax.AppAll
		}
	case '<':
		switch {
		case p.got('&'):
			t.redir = syntax.DplIn
		case p.got('>'):
			t.redir = syntax.RdrInOut
		case !p.got('<'):
			t.redir = syntax.RdrIn
		case p.got('-'):
			t.redir = syntax.DashHdoc
		case !p.opt.Strict && p.got('<'):
			t.redir = syntax.WordHdoc
		default:
			t.redir = syntax.Hdoc
		}
	case '>':
		switch {
		case p.got('&'):
			t.redir = syntax.DplOut
		case p.got('|'):
			t.redir = syntax.RdrClob
		case p.got('>'):
			t.redir = syntax.AppOut
		default:
			t.redir = syntax.RdrOut
		}
	}
}

// lexWord reads a word, and turns the number or {name} before a redirection
// into a part of that.
func (p *Parser) lexWord(t *token, f flags) {
	m := p.mark()
	t.kind = tWord
	if f&arith != 0 && p.peek() == '!' && p.peek2() == '(' {
		// A negated subshell rather than an extended pattern, as in bash.
		t.word, t.lit, t.raw = newLit(t.pos, t.pos, "!"), "!", "!"
		p.skip()
		return
	}
	if f&assign != 0 {
		t.assign = p.assignment()
	}
	if t.assign == nil {
		t.word = p.word(modeWord)
	}
	t.raw = p.since(m)
	if t.assign != nil {
		return
	}
	if len(t.word.Parts) == 1 {
		if lit, ok := t.word.Parts[0].(*syntax.Lit); ok && strings.IndexByte(lit.Value, '\\') < 0 {
			t.lit = lit.Value
			if c := p.peek(); (c == '<' || c == '>') && p.isFd(t.lit) {
				t.fd = lit
				p.redirect(t)
			}
		}
	}
}

// isFd reports whether the word before a redirection names its descriptor.
func (p *Parser) isFd(s string) bool {
	if isNumber(s) {
		return true
	}
	return !p.opt.Strict && len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' && isName(s[1:len(s)-1])
}

// procSubstAhead reports whether <( or >( is next.
func (p *Parser) procSubstAhead() bool {
	if p.opt.Strict {
		return false
	}
	c := p.peek()
	return (c == '<' || c == '>') && p.peek2() == '('
}
