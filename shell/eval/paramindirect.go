package eval

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

// element compiles the parameter of p with its subscript.
func (c *compiler) element(p *syntax.ParamExp) (get scalar, set func(*Shell, string) error) {
	name := p.Param.Value
	if p.Index == nil {
		return c.scalar(name), func(sh *Shell, v string) error { return sh.Set(name, v) }
	}
	sub := c.subscript(p.Index)
	get = func(sh *Shell) (string, bool) { return sh.GetElem(name, sub(sh, name)) }
	set = func(sh *Shell, v string) error { return sh.SetElem(name, sub(sh, name), v) }
	return get, set
}

// subscript compiles a subscript to its text: a key, or arithmetic to evaluate.
func (c *compiler) subscript(x syntax.ArithmExpr) func(sh *Shell, name string) string {
	w, ok := x.(*syntax.Word)
	if !ok {
		return func(*Shell, string) string { return "0" }
	}
	key := c.word(w, plainContext)
	a := c.arithmetic(x)
	return func(sh *Shell, name string) string {
		if _, v := sh.deref(name); v != nil && v.arr != nil && v.arr.assoc {
			return key.text(sh)
		}
		return itoa(a.eval(sh))
	}
}

// indirect compiles ${!name}: the value is a parameter's name, of which the
// value is taken. Of a nameref it is the name referred to.
func (c *compiler) indirect(get scalar, p *syntax.ParamExp) (scalar, func(*Shell, string) error) {
	own := p.Param.Value
	target := func(sh *Shell) (string, bool) {
		name, ok := get(sh)
		if !ok || name == "" {
			return "", false
		}
		base, _, isElem := cutSubscript(name)
		if !validParam(name) && !(isElem && IsName(base)) {
			sh.Errorf("%s: invalid variable name", name)
			sh.fatal(1)
			return "", false
		}
		return name, true
	}
	value := func(sh *Shell) (string, bool) {
		if v := sh.lookup(intern(own)); v != nil && v.attr&Nameref != 0 {
			return v.str, true
		}
		name, ok := target(sh)
		if !ok {
			return "", false
		}
		if base, sub, isElem := cutSubscript(name); isElem {
			if sub == "@" || sub == "*" {
				_, values := sh.Elems(base)
				return strings.Join(values, " "), len(values) > 0
			}
			return sh.GetElem(base, sub)
		}
		return c.scalar(name)(sh)
	}
	set := func(sh *Shell, v string) error {
		name, _ := target(sh)
		return sh.Set(name, v)
	}
	return value, set
}

// length compiles ${#name}.
func (c *compiler) length(p *syntax.ParamExp, quoted bool) part {
	var count func(*Shell) (int, bool)
	name := p.Param.Value
	switch sign := listSign(p); {
	case p.Exp != nil || p.Slice != nil || p.Repl != nil:
		return badSubstitution("${#" + name + "…}")
	case name == "@" || name == "*":
		count = func(sh *Shell) (int, bool) { return len(sh.params), true }
	case sign != 0:
		count = func(sh *Shell) (int, bool) {
			subs, _ := sh.Elems(name)
			return len(subs), true
		}
	default:
		get, _ := c.element(p)
		count = func(sh *Shell) (int, bool) {
			v, ok := get(sh)
			return utf8.RuneCountInString(v), ok
		}
	}
	return func(sh *Shell, out *expand.Sink) {
		n, ok := count(sh)
		switch {
		case !ok && sh.opts&Nounset != 0:
			sh.unset(name)
		case quoted:
			out.Quoted(itoa(int64(n)))
		default:
			out.Expanded(itoa(int64(n)))
		}
	}
}

// namesWith returns the names of the set variables that begin with prefix.
func (sh *Shell) namesWith(prefix string) []string {
	var names []string
	for _, n := range sh.Names() {
		if strings.HasPrefix(n, prefix) {
			if _, set, _ := sh.Attrs(n); set {
				names = append(names, n)
			}
		}
	}
	return names
}
