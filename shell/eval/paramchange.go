package eval

import (
	"sync/atomic"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/match"
)

// A changer makes the value of an expansion from that of its parameter.
type changer func(sh *Shell, v string) string

func (c *compiler) change(p *syntax.ParamExp) changer {
	switch {
	case p.Slice != nil:
		return c.slice(p.Slice)
	case p.Repl != nil:
		return c.replace(p.Repl)
	case p.Exp != nil:
		return c.expansion(p)
	}
	return func(_ *Shell, v string) string { return v }
}

func (c *compiler) expansion(p *syntax.ParamExp) changer {
	op := p.Exp.Op
	switch op {
	case syntax.OtherParamOps:
		letter := ""
		if p.Exp.Word != nil {
			letter = p.Exp.Word.Lit()
		}
		name := p.Param.Value
		return func(sh *Shell, v string) string { return sh.transform(letter, name, v) }
	}
	pat := c.patternOf(p.Exp.Word, false)
	switch op {
	case syntax.RemSmallPrefix, syntax.RemLargePrefix:
		return func(sh *Shell, v string) string {
			if n := pat.get(sh).Prefix(v, op == syntax.RemLargePrefix); n > 0 {
				return v[n:]
			}
			return v
		}
	case syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return func(sh *Shell, v string) string {
			if n := pat.get(sh).Suffix(v, op == syntax.RemLargeSuffix); n >= 0 {
				return v[:n]
			}
			return v
		}
	case syntax.UpperFirst, syntax.UpperAll, syntax.LowerFirst, syntax.LowerAll:
		upper := op == syntax.UpperFirst || op == syntax.UpperAll
		all := op == syntax.UpperAll || op == syntax.LowerAll
		any := p.Exp.Word == nil || len(p.Exp.Word.Parts) == 0
		return func(sh *Shell, v string) string {
			var m *match.Pattern
			if !any {
				m = pat.get(sh)
			}
			return expand.Case(v, upper, all, m)
		}
	}
	text := "${" + p.Param.Value + op.String() + "}"
	return func(sh *Shell, _ string) string {
		badSubstitution(text)(sh, nil)
		return ""
	}
}

// A pattern keeps the last text that was compiled.
type pattern struct {
	word  *word
	cased bool // nocasematch counts
	last  atomic.Pointer[compiledPattern]
}

type compiledPattern struct {
	text string
	opts Options
	*match.Pattern
}

func (c *compiler) patternOf(w *syntax.Word, cased bool) *pattern {
	return &pattern{word: (&compiler{}).word(w, plainContext), cased: cased}
}

func (p *pattern) get(sh *Shell) *match.Pattern {
	opts := sh.opts & (Extglob | Posix)
	if p.cased {
		opts = sh.opts & (Extglob | Posix | Nocasematch)
	}
	last := p.last.Load()
	if last != nil && p.word.static && last.opts == opts {
		return last.Pattern
	}
	text := p.word.pattern(sh)
	if last != nil && last.text == text && last.opts == opts {
		return last.Pattern
	}
	m := &compiledPattern{text, opts, match.Compile(text, match.Options{Extglob: opts&Posix == 0, NoCase: opts&Nocasematch != 0})}
	p.last.Store(m)
	return m.Pattern
}

// slice compiles ${name:offset:length}; both count characters.
func (c *compiler) slice(s *syntax.Slice) changer {
	off, length := c.arithmetic(s.Offset), (*arithmetic)(nil)
	if s.Length != nil {
		length = c.arithmetic(s.Length)
	}
	return func(sh *Shell, v string) string {
		o, n := off.eval(sh), int64(-1)
		if length != nil {
			n = length.eval(sh)
		}
		text, ok := expand.Slice(v, o, n, length != nil)
		if !ok && sh.flow == flowNone {
			sh.Errorf("%d: substring expression < 0", n)
			sh.fatal(1)
		}
		return text
	}
}

// replace compiles ${name/pattern/with}. A pattern that begins with # or % is
// tied to that end of the value.
func (c *compiler) replace(r *syntax.Replace) changer {
	orig, anchor := r.Orig, byte(0)
	if orig != nil && len(orig.Parts) > 0 && !r.All {
		if l, ok := orig.Parts[0].(*syntax.Lit); ok && l.Value != "" && (l.Value[0] == '#' || l.Value[0] == '%') {
			anchor = l.Value[0]
			rest := append([]syntax.WordPart(nil), orig.Parts[1:]...)
			if len(l.Value) > 1 {
				rest = append([]syntax.WordPart{&syntax.Lit{Value: l.Value[1:]}}, rest...)
			}
			orig = &syntax.Word{Parts: rest}
		}
	}
	pat := c.patternOf(orig, true)
	with := (&compiler{}).word(r.With, plainContext)
	return func(sh *Shell, v string) string {
		m, text := pat.get(sh), with.text(sh)
		return expand.Replace(v, m, text, anchor, r.All)
	}
}
