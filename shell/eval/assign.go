package eval

import (
	"mvdan.cc/sh/v3/syntax"
)

// An assign is one compiled assignment.
type assign struct {
	name   string
	sym    symbol
	append bool
	sub    func(sh *Shell, name string) string // nil: no subscript
	value  *word
	number *arithmetic // the value is $((…)) alone
	array  *compound
}

// A compound is a compiled array value.
type compound struct {
	append bool
	elems  []compoundElem
}

type compoundElem struct {
	sub   *word
	value *word
	words bool // no subscript: the value makes as many elements as it has fields
}

func (c *compiler) assign(a *syntax.Assign) assign {
	out := assign{name: a.Name.Value, sym: intern(a.Name.Value), append: a.Append}
	if a.Index != nil {
		out.sub = c.subscript(a.Index)
	}
	if a.Array != nil {
		out.array = c.compound(a.Array, a.Append)
		return out
	}
	inner := compiler{assignment: true}
	out.value = inner.word(a.Value, plainContext)
	if a.Value != nil && len(a.Value.Parts) == 1 {
		if x, ok := a.Value.Parts[0].(*syntax.ArithmExp); ok && !a.Append && a.Index == nil {
			out.number = c.arithmetic(x.X)
		}
	}
	return out
}

func (c *compiler) compound(x *syntax.ArrayExpr, appending bool) *compound {
	out := &compound{append: appending}
	for _, e := range x.Elems {
		if e.Index != nil {
			el := compoundElem{value: (&compiler{assignment: true}).word(e.Value, plainContext)}
			if w, ok := e.Index.(*syntax.Word); ok {
				el.sub = (&compiler{}).word(w, plainContext)
			}
			out.elems = append(out.elems, el)
			continue
		}
		for _, w := range c.words(e.Value) {
			out.elems = append(out.elems, compoundElem{value: w, words: true})
		}
	}
	return out
}

func (c *compound) eval(sh *Shell) *Compound {
	out := &Compound{Append: c.append}
	for _, e := range c.elems {
		if e.words {
			for _, f := range e.value.fields(sh, nil) {
				out.Elems = append(out.Elems, Elem{Value: f})
			}
			continue
		}
		el := Elem{HasSub: true, Value: e.value.text(sh)}
		if e.sub != nil {
			el.Sub = e.sub.text(sh)
		}
		out.Elems = append(out.Elems, el)
	}
	return out
}

// run performs the assignment. The error has not been printed.
func (a *assign) run(sh *Shell) error {
	if sh.flow != flowNone {
		return nil
	}
	switch {
	case a.array != nil:
		v := a.array.eval(sh)
		if sh.flow != flowNone {
			return nil
		}
		return sh.SetCompound(a.name, v)
	case a.number != nil:
		n := a.number.eval(sh)
		if sh.flow != flowNone {
			return nil
		}
		return sh.setNum(a.sym, n)
	}
	value := a.value.text(sh)
	if sh.flow != flowNone {
		return nil
	}
	if a.sub != nil {
		sub := a.sub(sh, a.name)
		if a.append {
			old, _ := sh.GetElem(a.name, sub)
			value = sh.added(a.sym, old, value)
		}
		return sh.SetElem(a.name, sub, value)
	}
	if a.append {
		old, _ := sh.getSym(a.sym)
		value = sh.added(a.sym, old, value)
	}
	return sh.setSym(a.sym, value)
}

// added is the value of name+=value: a sum for integer variables.
func (sh *Shell) added(s symbol, old, value string) string {
	if v := sh.lookup(s); v != nil && v.attr&Integer != 0 {
		return old + "+(" + value + ")"
	}
	return old + value
}

func (s *simple) assignOnly(sh *Shell, a *assign) int {
	if err := a.run(sh); err != nil {
		sh.assignError(err)
	}
	sh.pipeline = nil
	if sh.flow != flowNone {
		return sh.status
	}
	if sh.opts&Xtrace != 0 {
		sh.trace([]string{sh.traceAssign(a)})
	}
	if sh.substRan {
		return sh.status
	}
	return 0
}

// assignError is a failed assignment, which ends a non-interactive shell.
func (sh *Shell) assignError(err error) {
	sh.Errorf("%v", err)
	sh.fatal(1)
}
