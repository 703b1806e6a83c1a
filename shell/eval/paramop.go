package eval

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
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
	inner := c.fresh()
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
