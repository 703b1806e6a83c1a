package parse

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// command is what may stand where a command begins.
const command = alias | assign | arith

// list reads the and-or lists of a line, up to something that is no command: the
// caller knows what it wants there.
func (p *Parser) list() []*syntax.Stmt {
	var stmts []*syntax.Stmt
	for {
		t := p.peekTok(command)
		if !p.startsCommand(t) {
			return stmts
		}
		s := p.andOr()
		stmts = append(stmts, s)
		switch t := p.peekTok(0); t.kind {
		case tAmp:
			s.Background = true
			fallthrough
		case tSemi:
			s.Semicolon = t.pos
			p.take()
		default:
			return stmts
		}
	}
}

// lists reads commands over newlines up to something that is no command.
func (p *Parser) lists() []*syntax.Stmt {
	var stmts []*syntax.Stmt
	for {
		p.newlines(command)
		stmts = append(stmts, p.list()...)
		if p.peekTok(command).kind != tNewline {
			return stmts
		}
	}
}

// compoundList reads the commands before one of the given reserved words, or
// before what ends the construct around: at least one.
func (p *Parser) compoundList(ends ...string) []*syntax.Stmt {
	stmts := p.lists()
	t := p.peekTok(command)
	if len(stmts) == 0 || len(ends) > 0 && (t.kind != tWord || !slices.Contains(ends, t.lit)) {
		p.unexpected(t, strings.Join(ends, " or "))
	}
	return stmts
}

// startsCommand reports whether a command can begin with t.
func (p *Parser) startsCommand(t *token) bool {
	switch t.kind {
	case tWord:
		switch t.lit {
		case "then", "else", "elif", "fi", "do", "done", "esac", "}":
			return false
		}
		return true
	case tRedir, tLParen, tDblLParen:
		return true
	}
	return false
}

// keyword reports whether w is a reserved word (POSIX XCU 2.4, and bash's).
func (p *Parser) keyword(w string) bool {
	switch w {
	case "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in",
		"then", "until", "while":
		return true
	case "[[", "function", "select", "time", "coproc":
		return !p.opt.Strict
	}
	return false
}

// andOr reads pipelines joined by && and ||.
func (p *Parser) andOr() *syntax.Stmt {
	s := p.pipeline()
	for {
		t := p.peekTok(0)
		if t.kind != tAndAnd && t.kind != tOrOr {
			return s
		}
		b := &syntax.BinaryCmd{OpPos: t.pos, Op: syntax.AndStmt, X: s}
		if t.kind == tOrOr {
			b.Op = syntax.OrStmt
		}
		p.take()
		p.newlines(command)
		b.Y = p.pipeline()
		s = &syntax.Stmt{Position: b.X.Position, Cmd: b}
	}
}

// pipeline reads commands joined by |, with ! or time before.
func (p *Parser) pipeline() *syntax.Stmt {
	t := p.peekTok(command)
	pos := t.pos
	switch {
	case t.is("!"):
		p.take()
		s := p.pipeline()
		if s.Negated {
			s = &syntax.Stmt{Cmd: &syntax.Block{Lbrace: pos, Rbrace: pos, Stmts: []*syntax.Stmt{s}}}
		}
		s.Position, s.Negated = pos, true
		return s
	case t.is("time") && !p.opt.Strict:
		p.take()
		tc := &syntax.TimeClause{Time: pos}
		if t := p.peekTok(command); t.is("-p") {
			tc.PosixFormat = true
			p.take()
		}
		if p.startsCommand(p.peekTok(command)) {
			tc.Stmt = p.pipeline()
		}
		return &syntax.Stmt{Position: pos, Cmd: tc}
	}
	s := p.command()
	for {
		t := p.peekTok(0)
		if t.kind != tPipe && t.kind != tPipeAll {
			return s
		}
		b := &syntax.BinaryCmd{OpPos: t.pos, Op: syntax.Pipe, X: s}
		if t.kind == tPipeAll {
			b.Op = syntax.PipeAll
		}
		p.take()
		p.newlines(command)
		b.Y = p.command()
		s = &syntax.Stmt{Position: pos, Cmd: b}
	}
}

// command reads one command with its redirections.
func (p *Parser) command() *syntax.Stmt {
	p.enter()
	t := p.peekTok(command)
	if !p.startsCommand(t) {
		p.unexpected(t, "")
	}
	s := &syntax.Stmt{Position: t.pos}
	if p.compound(s, t) {
		for p.peekTok(0).kind == tRedir {
			p.redirection(s)
		}
	} else {
		p.simple(s)
	}
	p.leave()
	return s
}

// redirection reads one redirection into s.
func (p *Parser) redirection(s *syntax.Stmt) {
	t := p.peekTok(0)
	r := &syntax.Redirect{OpPos: t.pos, Op: t.redir, N: t.fd}
	p.take()
	if r.Op == syntax.Hdoc || r.Op == syntax.DashHdoc {
		p.delimiter(r)
	} else {
		if t := p.peekTok(0); t.kind != tWord {
			p.unexpected(t, "file name")
		}
		r.Word = p.tok.word
		p.take()
	}
	s.Redirs = append(s.Redirs, r)
}

// simple reads a simple command (POSIX XCU 2.9.1) or a function definition.
func (p *Parser) simple(s *syntax.Stmt) {
	call := &syntax.CallExpr{}
	for {
		f := command &^ arith
		if len(call.Args) > 0 {
			f = 0
		}
		t := p.peekTok(f)
		switch {
		case t.kind == tRedir:
			p.redirection(s)
			continue
		case t.kind == tLParen && len(call.Args) == 1 && len(call.Assigns) == 0 && len(s.Redirs) == 0:
			p.function(s, call.Args[0], s.Position, false)
			return
		case t.kind != tWord:
			if t.kind == tLParen || t.kind == tDblLParen {
				p.unexpected(t, "")
			}
			if len(call.Args) > 0 || len(call.Assigns) > 0 {
				s.Cmd = call
			}
			return
		case t.assign != nil:
			if t.assign.Array != nil && len(call.Args) > 0 {
				p.unexpected(t, "")
			}
			call.Assigns = append(call.Assigns, t.assign)
			p.take()
			continue
		}
		name := t.lit
		call.Args = append(call.Args, t.word)
		p.take()
		if len(call.Args) == 1 && len(call.Assigns) == 0 && p.isDeclaration(name) {
			p.declaration(s, call.Args[0])
			return
		}
	}
}

// isDeclaration reports whether arguments of the command name that look like
// assignments are ones.
func (p *Parser) isDeclaration(name string) bool {
	switch name {
	case "export", "readonly", "local":
		return true
	case "declare", "typeset":
		return !p.opt.Strict
	}
	return false
}

// declaration reads the arguments of export and its like, or the definition of a
// function with such a name.
func (p *Parser) declaration(s *syntax.Stmt, name *syntax.Word) {
	d := &syntax.DeclClause{Variant: name.Parts[0].(*syntax.Lit)}
	for {
		switch t := p.peekTok(assign); {
		case t.kind == tRedir:
			p.redirection(s)
			continue
		case t.kind == tLParen && len(d.Args) == 0 && len(s.Redirs) == 0:
			p.function(s, name, s.Position, false)
			return
		case t.kind == tLParen:
			p.unexpected(t, "")
		case t.kind != tWord:
			s.Cmd = d
			return
		case t.assign != nil:
			d.Args = append(d.Args, t.assign)
		case isName(t.lit):
			name := t.word.Parts[0].(*syntax.Lit)
			d.Args = append(d.Args, &syntax.Assign{Naked: true, Name: name})
		default:
			d.Args = append(d.Args, &syntax.Assign{Naked: true, Value: t.word})
		}
		p.take()
	}
}

// function reads a definition behind its name.
func (p *Parser) function(s *syntax.Stmt, name *syntax.Word, pos syntax.Pos, keyword bool) {
	f := &syntax.FuncDecl{Position: pos, RsrvWord: keyword}
	lit, ok := name.Parts[0].(*syntax.Lit)
	if !ok || len(name.Parts) > 1 || strings.ContainsAny(lit.Value, "\\") ||
		p.opt.Strict && (!isName(lit.Value) || p.keyword(lit.Value)) {
		p.fail(name.Pos(), "invalid function name")
	}
	f.Name = lit
	if p.gotTok(tLParen) {
		f.Parens = true
		if t := p.peekTok(0); t.kind != tRParen {
			p.unexpected(t, ")")
		}
		p.take()
	}
	p.newlines(command)
	t := p.peekTok(command)
	f.Body = &syntax.Stmt{Position: t.pos}
	if !p.startsCommand(t) || !p.compound(f.Body, t) {
		p.unexpected(t, "{")
	}
	for p.peekTok(0).kind == tRedir {
		p.redirection(f.Body)
	}
	s.Cmd = f
}
