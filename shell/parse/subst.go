package parse

import (
	"mvdan.cc/sh/v3/syntax"
)

// nested reads a list inside of a word, up to the token that end accepts. The
// here-documents of the line around it wait until it is over.
func (p *Parser) nested(pos syntax.Pos, what string, end func(*token) bool) []*syntax.Stmt {
	p.enter()
	outer := p.heredocs
	p.heredocs = nil
	p.have = false
	stmts := p.lists()
	t := p.peekTok(0)
	if t.kind == tEOF {
		p.unterminated(pos, what)
	}
	if !end(t) {
		p.unexpected(t, "")
	}
	p.heredocs = append(outer, p.heredocs...)
	p.take()
	p.leave()
	return stmts
}

func rightParen(t *token) bool { return t.kind == tRParen }

// noAliases turns aliases off until what it returns is called. Where a command
// substitution ends is found without them (POSIX XCU 2.2.3).
func (p *Parser) noAliases() (restore func()) {
	lookup := p.opt.Alias
	p.opt.Alias = nil
	return func() { p.opt.Alias = lookup }
}

// cmdSubst reads $(…) behind the parenthesis.
func (p *Parser) cmdSubst(pos syntax.Pos) *syntax.CmdSubst {
	defer p.noAliases()()
	x := &syntax.CmdSubst{Left: pos}
	x.Stmts = p.nested(pos, "command substitution", rightParen)
	x.Right = p.tok.pos
	return x
}

// procSubst reads <(…) or >(…).
func (p *Parser) procSubst() *syntax.ProcSubst {
	x := &syntax.ProcSubst{OpPos: p.pos(), Op: syntax.CmdIn}
	if p.peek() == '>' {
		x.Op = syntax.CmdOut
	}
	p.skip2()
	x.Stmts = p.nested(x.OpPos, "process substitution", rightParen)
	x.Rparen = p.tok.pos
	return x
}

// funSubst reads ${ …; } or ${|…; } behind the brace: commands that run in the
// current environment.
func (p *Parser) funSubst(pos syntax.Pos) *syntax.CmdSubst {
	defer p.noAliases()()
	x := &syntax.CmdSubst{Left: pos, ReplyVar: p.peek() == '|'}
	x.TempFile = !x.ReplyVar
	p.skip()
	x.Stmts = p.nested(pos, "command substitution", func(t *token) bool { return t.is("}") })
	x.Right = p.tok.pos
	return x
}

// backquote reads `…`. A backslash there quotes $, ` and \, between double
// quotes also ", and is removed before the text is read (POSIX XCU 2.6.3). A
// here-document counts as double quotes in dash, and not in bash.
func (p *Parser) backquote(quoted bool) *syntax.CmdSubst {
	defer p.noAliases()()
	p.enter()
	x := &syntax.CmdSubst{Left: p.pos(), Backquotes: true}
	p.skip()
	inside := p.pos()
	var buf []byte
	for {
		c := p.peekRaw()
		if c == eof {
			p.unterminated(x.Left, "command substitution")
		}
		if c == '`' {
			break
		}
		p.skip()
		if c == '\\' {
			switch d := p.peekRaw(); {
			case d == '$' || d == '`' || d == '\\' || d == '"' && quoted:
				c = d
				p.skip()
			case d != eof:
				buf = append(buf, byte(c))
				c = d
				p.skip()
			}
		}
		buf = append(buf, byte(c))
	}
	x.Right = p.pos()
	p.skip()
	x.Stmts = p.sub(string(buf), inside).program()
	p.leave()
	return x
}

// program reads all of the text.
func (p *Parser) program() []*syntax.Stmt {
	stmts := p.lists()
	if t := p.peekTok(0); t.kind != tEOF {
		p.unexpected(t, "")
	}
	p.readHeredocs()
	return stmts
}
