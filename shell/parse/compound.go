package parse

import (
	"mvdan.cc/sh/v3/syntax"
)

// compound reads a compound command, if t begins one.
func (p *Parser) compound(s *syntax.Stmt, t *token) bool {
	pos := t.pos
	switch t.kind {
	case tLParen:
		p.take()
		sub := &syntax.Subshell{Lparen: pos, Stmts: p.compoundList()}
		sub.Rparen = p.close(tRParen, pos)
		s.Cmd = sub
		return true
	case tDblLParen:
		p.take()
		s.Cmd = p.arithCmd(pos)
		return true
	case tWord:
	default:
		return false
	}
	switch t.lit {
	case "{":
		p.take()
		b := &syntax.Block{Lbrace: pos, Stmts: p.compoundList("}")}
		b.Rbrace = p.want("}")
		s.Cmd = b
	case "if":
		p.take()
		s.Cmd = p.ifClause(pos)
	case "while", "until":
		w := &syntax.WhileClause{WhilePos: pos, Until: t.lit == "until"}
		p.take()
		w.Cond = p.compoundList("do")
		w.DoPos, w.Do, w.DonePos = p.doGroup()
		s.Cmd = w
	case "for":
		p.take()
		s.Cmd = p.forClause(pos)
	case "case":
		p.take()
		s.Cmd = p.caseClause(pos)
	default:
		return !p.opt.Strict && p.extension(s, t)
	}
	return true
}

// extension reads bash's compound commands.
func (p *Parser) extension(s *syntax.Stmt, t *token) bool {
	pos := t.pos
	switch t.lit {
	case "[[":
		p.take()
		s.Cmd = p.testClause(pos)
	case "select":
		p.take()
		f := &syntax.ForClause{ForPos: pos, Select: true, Loop: p.wordIter()}
		f.DoPos, f.Do, f.DonePos = p.doGroup()
		s.Cmd = f
	case "function":
		p.take()
		name := p.peekTok(0)
		if name.kind != tWord {
			p.unexpected(name, "name")
		}
		word := name.word
		p.take()
		p.function(s, word, pos, true)
	case "coproc":
		p.take()
		s.Cmd = p.coproc(pos)
	default:
		return false
	}
	return true
}

// want takes the reserved word w.
func (p *Parser) want(w string) syntax.Pos {
	t := p.peekTok(command)
	if !t.is(w) {
		p.unexpected(t, w)
	}
	p.take()
	return t.pos
}

// close takes the parenthesis that ends what began at pos.
func (p *Parser) close(k kind, pos syntax.Pos) syntax.Pos {
	t := p.peekTok(0)
	if t.kind != k {
		p.unexpected(t, kindText[k])
	}
	p.take()
	return t.pos
}

func (p *Parser) doGroup() (do syntax.Pos, body []*syntax.Stmt, done syntax.Pos) {
	do = p.want("do")
	body = p.compoundList("done")
	return do, body, p.want("done")
}

func (p *Parser) ifClause(pos syntax.Pos) *syntax.IfClause {
	root := &syntax.IfClause{Position: pos}
	clauses := []*syntax.IfClause{root}
	for cur := root; ; {
		cur.Cond = p.compoundList("then")
		cur.ThenPos = p.want("then")
		cur.Then = p.compoundList("elif", "else", "fi")
		t := p.peekTok(command)
		if t.is("fi") {
			break
		}
		cur.Else = &syntax.IfClause{Position: t.pos}
		cur = cur.Else
		clauses = append(clauses, cur)
		p.take()
		if t.lit == "else" {
			cur.Then = p.compoundList("fi")
			break
		}
	}
	fi := p.want("fi")
	for _, c := range clauses {
		c.FiPos = fi
	}
	return root
}

func (p *Parser) forClause(pos syntax.Pos) *syntax.ForClause {
	f := &syntax.ForClause{ForPos: pos}
	if t := p.peekTok(arith); t.kind == tDblLParen && !p.opt.Strict {
		p.take()
		f.Loop = p.cStyleLoop(t.pos)
		p.gotTok(tSemi)
		p.newlines(alias | onlyDo)
	} else {
		f.Loop = p.wordIter()
	}
	if t := p.peekTok(alias | onlyDo); t.is("{") && !p.opt.Strict {
		f.Braces, f.DoPos = true, t.pos
		p.take()
		f.Do = p.compoundList("}")
		f.DonePos = p.want("}")
		return f
	}
	f.DoPos, f.Do, f.DonePos = p.doGroup()
	return f
}

// cStyleLoop reads the three expressions of for ((…;…;…)).
func (p *Parser) cStyleLoop(pos syntax.Pos) *syntax.CStyleLoop {
	c := &syntax.CStyleLoop{Lparen: pos}
	for i, x := range []*syntax.ArithmExpr{&c.Init, &c.Cond, &c.Post} {
		if i > 0 && !p.got(';') {
			p.fail(p.pos(), "for ((: three expressions expected")
		}
		for c := p.peek(); c == ' ' || c == '\t' || c == '\n'; c = p.peek() {
			p.skip()
		}
		if w := p.optWord(modeFor); w != nil {
			*x = w
		}
	}
	c.Rparen = p.pos()
	if !p.gotTwice(')') {
		p.unterminated(pos, "for ((")
	}
	return c
}

// wordIter reads NAME [in WORD…] up to do.
func (p *Parser) wordIter() *syntax.WordIter {
	t := p.peekTok(0)
	if t.kind != tWord || !isName(t.lit) {
		p.unexpected(t, "name")
	}
	w := &syntax.WordIter{Name: t.word.Parts[0].(*syntax.Lit)}
	p.take()
	if t := p.peekTok(onlyIn); t.kind == tSemi {
		p.take()
		p.newlines(alias | onlyDo)
		return w
	}
	p.newlines(onlyIn)
	if t := p.peekTok(onlyIn); t.is("in") {
		w.InPos = t.pos
		p.take()
		for t = p.peekTok(0); t.kind == tWord; t = p.peekTok(0) {
			w.Items = append(w.Items, t.word)
			p.take()
		}
		if t.kind != tSemi && t.kind != tNewline {
			p.unexpected(t, "do")
		}
		p.take()
		p.newlines(alias | onlyDo)
	}
	return w
}

func (p *Parser) caseClause(pos syntax.Pos) *syntax.CaseClause {
	c := &syntax.CaseClause{Case: pos}
	t := p.peekTok(0)
	if t.kind != tWord {
		p.unexpected(t, "word")
	}
	c.Word = t.word
	p.take()
	p.newlines(onlyIn)
	if t = p.peekTok(onlyIn); !t.is("in") {
		p.unexpected(t, "in")
	}
	c.In = t.pos
	p.take()
	for {
		p.newlines(0)
		t := p.peekTok(0)
		if t.is("esac") {
			c.Esac = t.pos
			p.take()
			return c
		}
		c.Items = append(c.Items, p.caseItem())
	}
}

func (p *Parser) caseItem() *syntax.CaseItem {
	item := &syntax.CaseItem{Op: syntax.Break}
	p.gotTok(tLParen)
	for {
		t := p.peekTok(0)
		if t.kind != tWord {
			p.unexpected(t, "pattern")
		}
		item.Patterns = append(item.Patterns, t.word)
		p.take()
		if p.gotTok(tPipe) {
			continue
		}
		p.close(tRParen, t.pos)
		break
	}
	item.Stmts = p.lists()
	switch t := p.peekTok(command); {
	case t.kind == tDSemi, t.kind == tSemiAmp, t.kind == tDSemiAmp:
		item.OpPos = t.pos
		if t.kind == tSemiAmp {
			item.Op = syntax.Fallthrough
		} else if t.kind == tDSemiAmp {
			item.Op = syntax.Resume
		}
		p.take()
	case !t.is("esac"):
		p.unexpected(t, ";;")
	}
	return item
}

// coproc reads what follows the word: a compound command with or without a name
// before it, or a simple command.
func (p *Parser) coproc(pos syntax.Pos) *syntax.CoprocClause {
	c := &syntax.CoprocClause{Coproc: pos}
	m, t := p.mark(), *p.peekTok(command)
	if isName(t.lit) && !p.keyword(t.lit) {
		p.take()
		s := &syntax.Stmt{}
		if next := p.peekTok(command); p.startsCommand(next) && (next.kind != tWord || p.keyword(next.lit)) && next.kind != tRedir {
			s.Position = next.pos
			if p.compound(s, next) {
				c.Name, c.Stmt = t.word, s
				for p.peekTok(0).kind == tRedir {
					p.redirection(s)
				}
				return c
			}
		}
		p.reset(m)
		p.have = false
	}
	c.Stmt = p.command()
	return c
}
