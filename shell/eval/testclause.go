package eval

import (
	"regexp"
	"strings"
	"sync/atomic"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

// A condition is a compiled part of [[ ]]. It gives 0 for true, 1 for false, 2
// after an error.
type condition func(sh *Shell) int

func (c *compiler) testClause(x *syntax.TestClause) node {
	cond := c.condition(x.X)
	line := int(x.Pos().Line())
	return func(sh *Shell) int {
		sh.line = line
		status := cond(sh)
		if sh.flow != flowNone {
			return sh.status
		}
		return status
	}
}

func truth(b bool) int {
	if b {
		return 0
	}
	return 1
}

func (c *compiler) condition(x syntax.TestExpr) condition {
	switch x := x.(type) {
	case *syntax.Word:
		w := c.word(x, plainContext)
		return func(sh *Shell) int { return truth(w.text(sh) != "") }
	case *syntax.ParenTest:
		return c.condition(x.X)
	case *syntax.UnaryTest:
		if x.Op == syntax.TsNot {
			inner := c.condition(x.X)
			return func(sh *Shell) int {
				if st := inner(sh); st < 2 {
					return 1 - st
				}
				return 2
			}
		}
		w, op := c.word(x.X.(*syntax.Word), plainContext), x.Op.String()
		return func(sh *Shell) int { return sh.test(op, w.text(sh)) }
	case *syntax.BinaryTest:
		return c.binaryTest(x)
	}
	return func(*Shell) int { return 2 }
}

// test asks the test builtin, which knows the operators on files and numbers.
func (sh *Shell) test(words ...string) int {
	b := sh.Builtin("test")
	if b == nil {
		return 2
	}
	return b.Run(sh, append([]string{"test"}, words...))
}

func (c *compiler) binaryTest(x *syntax.BinaryTest) condition {
	if x.Op == syntax.AndTest || x.Op == syntax.OrTest {
		left, right := c.condition(x.X), c.condition(x.Y)
		and := x.Op == syntax.AndTest
		return func(sh *Shell) int {
			st := left(sh)
			if sh.flow != flowNone || st > 1 || (st == 0) != and {
				return st
			}
			return right(sh)
		}
	}
	left, right := x.X.(*syntax.Word), x.Y.(*syntax.Word)
	l := c.word(left, plainContext)
	switch x.Op {
	case syntax.TsMatch, syntax.TsMatchShort, syntax.TsNoMatch:
		pat, want := c.patternOf(right, true), x.Op != syntax.TsNoMatch
		return func(sh *Shell) int { return truth(pat.get(sh).Match(l.text(sh)) == want) }
	case syntax.TsReMatch:
		r := c.regular(right)
		return func(sh *Shell) int { return r.match(sh, l.text(sh)) }
	case syntax.TsBefore, syntax.TsAfter:
		r, before := c.word(right, plainContext), x.Op == syntax.TsBefore
		return func(sh *Shell) int {
			a, b := l.text(sh), r.text(sh)
			return truth(before && a < b || !before && a > b)
		}
	case syntax.TsEql, syntax.TsNeq, syntax.TsLeq, syntax.TsGeq, syntax.TsLss, syntax.TsGtr:
		a, b, op := c.arithmetic(left), c.arithmetic(right), x.Op
		return func(sh *Shell) int { return truth(compare(a.eval(sh), b.eval(sh), op)) }
	}
	r, op := c.word(right, plainContext), x.Op.String()
	return func(sh *Shell) int { return sh.test(l.text(sh), op, r.text(sh)) }
}

func compare(a, b int64, op syntax.BinTestOperator) bool {
	switch op {
	case syntax.TsEql:
		return a == b
	case syntax.TsNeq:
		return a != b
	case syntax.TsLeq:
		return a <= b
	case syntax.TsGeq:
		return a >= b
	case syntax.TsLss:
		return a < b
	}
	return a > b
}

// A regular is the right side of =~, an extended regular expression in which
// quoted text stands for itself.
type regular struct {
	word *word
	last atomic.Pointer[compiledRegular]
}

type compiledRegular struct {
	text string
	fold bool
	re   *regexp.Regexp
}

func (c *compiler) regular(w *syntax.Word) *regular {
	r := &regular{word: &word{}}
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			text := p.Value // a backslash is the expression's own
			r.word.parts = append(r.word.parts, func(_ *Shell, out *expand.Sink) { out.Literal(text) })
		case *syntax.SglQuoted, *syntax.DblQuoted:
			inner := c.word(&syntax.Word{Parts: []syntax.WordPart{p}}, plainContext)
			r.word.parts = append(r.word.parts, func(sh *Shell, out *expand.Sink) {
				out.Literal(regexp.QuoteMeta(inner.text(sh)))
			})
		default:
			c.part(r.word, p, plainContext, false, false)
		}
	}
	return r
}

func (r *regular) match(sh *Shell, s string) int {
	text, fold := r.word.text(sh), sh.Opt(Nocasematch)
	if sh.flow != flowNone {
		return 2
	}
	c := r.last.Load()
	if c == nil || c.text != text || c.fold != fold {
		source := text
		if fold {
			source = "(?i)" + text
		}
		re, err := regexp.Compile(source)
		if err != nil {
			sh.Errorf("%s: %s", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			return 2
		}
		re.Longest()
		c = &compiledRegular{text, fold, re}
		r.last.Store(c)
	}
	groups := c.re.FindStringSubmatch(s)
	_ = sh.SetArray("BASH_REMATCH", groups)
	return truth(groups != nil)
}
