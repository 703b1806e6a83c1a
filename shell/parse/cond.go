package parse

import (
	"mvdan.cc/sh/v3/syntax"
)

// testClause reads [[ … ]] behind its first word.
func (p *Parser) testClause(pos syntax.Pos) *syntax.TestClause {
	c := &syntax.TestClause{Left: pos, X: p.testOr()}
	t := p.testTok()
	if !t.is("]]") {
		p.unexpected(t, "]]")
	}
	c.Right = t.pos
	p.take()
	return c
}

// testTok returns the next token other than a newline.
func (p *Parser) testTok() *token {
	p.newlines(0)
	return p.peekTok(0)
}

func (p *Parser) testOr() syntax.TestExpr {
	return p.testBinary(tOrOr, syntax.OrTest, func() syntax.TestExpr {
		return p.testBinary(tAndAnd, syntax.AndTest, p.testPrimary)
	})
}

func (p *Parser) testBinary(k kind, op syntax.BinTestOperator, next func() syntax.TestExpr) syntax.TestExpr {
	x := next()
	for {
		t := p.testTok()
		if t.kind != k {
			return x
		}
		b := &syntax.BinaryTest{OpPos: t.pos, Op: op, X: x}
		p.take()
		b.Y = next()
		x = b
	}
}

func (p *Parser) testPrimary() syntax.TestExpr {
	p.enter()
	defer p.leave()
	t := p.testTok()
	pos := t.pos
	switch {
	case t.kind == tLParen:
		p.take()
		x := &syntax.ParenTest{Lparen: pos, X: p.testOr()}
		p.newlines(0)
		x.Rparen = p.close(tRParen, pos)
		return x
	case t.kind != tWord || t.lit == "]]":
		p.unexpected(t, "expression")
	case t.lit == "!":
		p.take()
		return &syntax.UnaryTest{OpPos: pos, Op: syntax.TsNot, X: p.testPrimary()}
	}
	word := t.word
	op, unary := unaryTests[t.lit]
	p.take()
	t = p.testTok()
	if unary && t.kind == tWord && t.lit != "]]" {
		x := &syntax.UnaryTest{OpPos: pos, Op: op, X: t.word}
		p.take()
		return x
	}
	return p.testComparison(word, t)
}

// testComparison reads the operator t, where redirections are < and >, and what
// is right of it.
func (p *Parser) testComparison(left *syntax.Word, t *token) syntax.TestExpr {
	b := &syntax.BinaryTest{OpPos: t.pos, X: left}
	switch {
	case t.kind == tRedir && t.fd == nil && t.redir == syntax.RdrIn:
		b.Op = syntax.TsBefore
	case t.kind == tRedir && t.fd == nil && t.redir == syntax.RdrOut:
		b.Op = syntax.TsAfter
	case t.kind == tWord && t.lit != "]]":
		op, ok := binaryTests[t.lit]
		if !ok {
			p.unexpected(t, "operator")
		}
		b.Op = op
	default:
		return left
	}
	p.take()
	if b.Op == syntax.TsReMatch {
		p.blanks()
		if w := p.optWord(modeRegex); w != nil {
			b.Y = w
			return b
		}
	}
	if t = p.peekTok(0); t.kind != tWord {
		p.unexpected(t, "word")
	}
	b.Y = t.word
	p.take()
	return b
}

var unaryTests = map[string]syntax.UnTestOperator{
	"-e": syntax.TsExists, "-a": syntax.TsExists, "-f": syntax.TsRegFile, "-d": syntax.TsDirect,
	"-c": syntax.TsCharSp, "-b": syntax.TsBlckSp, "-p": syntax.TsNmPipe, "-S": syntax.TsSocket,
	"-L": syntax.TsSmbLink, "-h": syntax.TsSmbLink, "-k": syntax.TsSticky, "-g": syntax.TsGIDSet,
	"-u": syntax.TsUIDSet, "-G": syntax.TsGrpOwn, "-O": syntax.TsUsrOwn, "-N": syntax.TsModif,
	"-r": syntax.TsRead, "-w": syntax.TsWrite, "-x": syntax.TsExec, "-s": syntax.TsNoEmpty,
	"-t": syntax.TsFdTerm, "-z": syntax.TsEmpStr, "-n": syntax.TsNempStr, "-o": syntax.TsOptSet,
	"-v": syntax.TsVarSet, "-R": syntax.TsRefVar,
}

var binaryTests = map[string]syntax.BinTestOperator{
	"=": syntax.TsMatchShort, "==": syntax.TsMatch, "!=": syntax.TsNoMatch, "=~": syntax.TsReMatch,
	"-nt": syntax.TsNewer, "-ot": syntax.TsOlder, "-ef": syntax.TsDevIno, "-eq": syntax.TsEql,
	"-ne": syntax.TsNeq, "-le": syntax.TsLeq, "-ge": syntax.TsGeq, "-lt": syntax.TsLss, "-gt": syntax.TsGtr,
}
