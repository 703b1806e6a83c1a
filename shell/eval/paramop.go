package eval

import (
	"strings"
	"sync/atomic"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/match"
)

// operation compiles ${name op word} for a parameter with one value.
func (c *compiler) operation(p *syntax.ParamExp, get scalar, set func(*Shell, string) error, quoted bool) part {
	name := p.Param.Value
	if p.Exp != nil && isDefault(p.Exp.Op) {
		present := func(sh *Shell, out *expand.Sink) {
			v, _ := get(sh)
			emit(out, v, quoted)
		}
		state := func(sh *Shell) (bool, bool) {
			v, ok := get(sh)
			return ok, v == ""
		}
		return c.orDefault(p, name, state, present, set, quoted)
	}
	change := c.change(p)
	return func(sh *Shell, out *expand.Sink) {
		v, ok := get(sh)
		if !ok && sh.opts&Nounset != 0 {
			sh.unset(name)
			return
		}
		if sh.flow != flowNone {
			return
		}
		if !ok && !quoted {
			return
		}
		emit(out, change(sh, v), quoted)
	}
}

func emit(out *expand.Sink, v string, quoted bool) {
	if quoted {
		out.Quoted(v)
	} else {
		out.Expanded(v)
	}
}

func isDefault(op syntax.ParExpOperator) bool {
	switch op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AlternateUnset, syntax.AlternateUnsetOrNull,
		syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return true
	}
	return false
}

// orDefault compiles the operators - = ? + and their forms with a colon. The
// word is expanded only when it is needed.
func (c *compiler) orDefault(p *syntax.ParamExp, name string, state func(*Shell) (set, null bool), present part, assign func(*Shell, string) error, quoted bool) part {
	ctx := operandContext
	if quoted {
		ctx = quotedContext
	}
	inner := compiler{}
	word := inner.word(p.Exp.Word, ctx)
	var colon, plus bool
	switch p.Exp.Op {
	case syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull, syntax.ErrorUnsetOrNull:
		colon = true
	case syntax.AlternateUnsetOrNull:
		colon, plus = true, true
	case syntax.AlternateUnset:
		plus = true
	}
	missing := func(sh *Shell, out *expand.Sink) {
		if quoted && len(word.parts) == 0 {
			out.Open()
		}
		word.expand(sh, out)
	}
	switch p.Exp.Op {
	case syntax.AssignUnset, syntax.AssignUnsetOrNull:
		value := (&compiler{assignment: true}).word(p.Exp.Word, ctx)
		missing = func(sh *Shell, out *expand.Sink) {
			v := value.text(sh)
			if sh.flow != flowNone {
				return
			}
			if !IsName(name) {
				sh.Errorf("$%s: cannot assign in this way", name)
				sh.fatal(1)
				return
			}
			if err := assign(sh, v); err != nil {
				sh.Errorf("%v", err)
				sh.fatal(1)
				return
			}
			present(sh, out)
		}
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		missing = func(sh *Shell, _ *expand.Sink) {
			text := word.text(sh)
			if p.Exp.Word == nil || len(p.Exp.Word.Parts) == 0 {
				text = "parameter not set"
				if colon {
					text = "parameter null or not set"
				}
			}
			if sh.flow == flowNone {
				sh.Errorf("%s: %s", name, text)
				sh.fatal(1)
			}
		}
	}
	return func(sh *Shell, out *expand.Sink) {
		set, null := state(sh)
		if sh.flow != flowNone {
			return
		}
		there := set && !(colon && null)
		switch {
		case there && plus, !there && !plus:
			missing(sh, out)
		case there:
			present(sh, out)
		case quoted: // + without a value: nothing, but a quoted nothing
			out.Open()
		}
	}
}

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

// listParam compiles expansions of $@, $* and whole arrays.
func (c *compiler) listParam(p *syntax.ParamExp, sign byte, quoted bool) part {
	name, at := p.Param.Value, sign == '@'
	positional := name == "@" || name == "*"
	list := func(sh *Shell) []string {
		if positional {
			return sh.params
		}
		_, values := sh.Elems(name)
		return values
	}
	if p.Excl {
		if positional {
			return badSubstitution("${!" + name + "}")
		}
		list = func(sh *Shell) []string {
			subs, _ := sh.Elems(name)
			return subs
		}
	}
	if p.Exp != nil && isDefault(p.Exp.Op) {
		state := func(sh *Shell) (bool, bool) {
			l := list(sh)
			return len(l) > 0, len(l) == 0 || len(l) == 1 && l[0] == ""
		}
		return c.orDefault(p, name, state, emitList(list, at, quoted), func(sh *Shell, v string) error { return sh.Set(name, v) }, quoted)
	}
	if p.Slice != nil {
		whole := list
		off, length := c.arithmetic(p.Slice.Offset), (*arithmetic)(nil)
		if p.Slice.Length != nil {
			length = c.arithmetic(p.Slice.Length)
		}
		list = func(sh *Shell) []string {
			o, n := off.eval(sh), int64(-1)
			if length != nil {
				n = length.eval(sh)
			}
			l := whole(sh)
			if positional {
				l = append([]string{sh.name}, l...) // ${@:0} begins at $0
				if o < 0 {
					o += int64(len(l))
					if o < 1 {
						return nil
					}
				}
			}
			return expand.SliceList(l, o, n, length != nil)
		}
		return emitList(list, at, quoted)
	}
	change := c.change(p)
	return func(sh *Shell, out *expand.Sink) {
		l := list(sh)
		if p.Exp != nil || p.Repl != nil {
			changed := make([]string, len(l))
			for i, v := range l {
				changed[i] = change(sh, v)
			}
			l = changed
		}
		addList(sh, out, l, at, quoted)
	}
}

// transform is ${name@letter}.
func (sh *Shell) transform(letter, name, v string) string {
	switch letter {
	case "Q":
		return expand.Single(v)
	case "E":
		return expand.Dollar(v)
	case "U":
		return strings.ToUpper(v)
	case "u":
		return expand.Case(v, true, false, nil)
	case "L":
		return strings.ToLower(v)
	case "a":
		a, _, _ := sh.Attrs(name)
		return a.Letters()
	case "A":
		return name + "=" + expand.Single(v)
	case "P":
		return sh.Prompt(v)
	}
	badSubstitution("${"+name+"@"+letter+"}")(sh, nil)
	return ""
}

// Letters are the attributes as declare takes them.
func (a Attr) Letters() string {
	s := ""
	for _, l := range []struct {
		bit    Attr
		letter string
	}{{Indexed, "a"}, {Assoc, "A"}, {Integer, "i"}, {Lower, "l"}, {Nameref, "n"}, {Readonly, "r"}, {Upper, "u"}, {Exported, "x"}} {
		if a&l.bit != 0 {
			s += l.letter
		}
	}
	return s
}
