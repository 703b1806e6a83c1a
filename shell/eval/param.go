package eval

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

// plainParam reports whether p is $name or ${name} and no more.
func plainParam(p *syntax.ParamExp) bool {
	return p.Param != nil && validParam(p.Param.Value) && !p.Excl && !p.Length && !p.Width && !p.IsSet && p.Flags == nil &&
		p.NestedParam == nil && p.Index == nil && p.Slice == nil && p.Repl == nil && p.Names == 0 && p.Exp == nil
}

// isList reports whether p expands to a list: $@, $*, an array's [@] or [*], or
// names and keys in the same form. Lists with @ keep their fields when quoted.
func isList(p *syntax.ParamExp) bool {
	if p.Length {
		return false
	}
	if p.Names != 0 {
		return p.Names == syntax.NamesPrefixWords
	}
	return p.Param != nil && p.Param.Value == "@" || subscriptSign(p) == '@'
}

// subscriptSign is @ or * for ${a[@]} and ${a[*]}, otherwise 0.
func subscriptSign(p *syntax.ParamExp) byte {
	if w, ok := p.Index.(*syntax.Word); ok && len(w.Parts) == 1 {
		if l, ok := w.Parts[0].(*syntax.Lit); ok && (l.Value == "@" || l.Value == "*") {
			return l.Value[0]
		}
	}
	return 0
}

// A scalar gives the value of a parameter, and whether it is set.
type scalar func(*Shell) (string, bool)

// scalar compiles a parameter's name.
func (c *compiler) scalar(name string) scalar {
	switch name {
	case "?":
		return func(sh *Shell) (string, bool) { return itoa(int64(sh.status)), true }
	case "#":
		return func(sh *Shell) (string, bool) { return itoa(int64(len(sh.params))), true }
	case "$":
		return func(sh *Shell) (string, bool) { return itoa(int64(sh.pid)), true }
	case "!":
		return func(sh *Shell) (string, bool) {
			if sh.lastJob == 0 {
				return "", false
			}
			return itoa(int64(sh.lastJob)), true
		}
	case "-":
		return func(sh *Shell) (string, bool) { return sh.Flags(), true }
	case "0":
		return func(sh *Shell) (string, bool) { return sh.name, true }
	case "@", "*":
		return func(sh *Shell) (string, bool) { return strings.Join(sh.params, " "), len(sh.params) > 0 }
	}
	if name[0] >= '0' && name[0] <= '9' {
		n, err := strconv.Atoi(name)
		return func(sh *Shell) (string, bool) {
			if err != nil || n > len(sh.params) {
				return "", false
			}
			if n == 0 {
				return sh.name, true
			}
			return sh.params[n-1], true
		}
	}
	s := intern(name)
	return func(sh *Shell) (string, bool) {
		if v := sh.lookup(s); v != nil && v.strOK && v.attr&(hooked|Nameref) == 0 && v.arr == nil {
			return v.str, v.set
		}
		return sh.getSym(s)
	}
}

// validParam reports whether name can be a parameter; other texts between the
// braces are errors when they are expanded.
func validParam(name string) bool {
	if IsName(name) || len(name) == 1 && strings.Contains("?#$!-0@*", name) {
		return true
	}
	return name != "" && strings.Trim(name, "0123456789") == ""
}

// param compiles a parameter expansion.
func (c *compiler) param(p *syntax.ParamExp, quoted bool) part {
	if p.Param == nil || p.NestedParam != nil || p.Flags != nil || p.Width || p.IsSet || len(p.Modifiers) > 0 || !validParam(p.Param.Value) {
		text := "${}"
		if p.Param != nil {
			text = "${" + p.Param.Value + "}"
		}
		return badSubstitution(text)
	}
	name := p.Param.Value
	if plainParam(p) && name != "@" && name != "*" {
		return emitScalar(c.scalar(name), name, quoted)
	}
	if p.Length {
		return c.length(p, quoted)
	}
	if p.Names != 0 {
		list := func(sh *Shell) []string { return sh.namesWith(name) }
		return emitList(list, p.Names == syntax.NamesPrefixWords, quoted)
	}
	if sign := listSign(p); sign != 0 {
		return c.listParam(p, sign, quoted)
	}
	get, set := c.element(p)
	if p.Excl {
		get, set = c.indirect(get, p)
	}
	return c.operation(p, get, set, quoted)
}

func badSubstitution(text string) part {
	return func(sh *Shell, _ *expand.Sink) {
		sh.Errorf("%s: bad substitution", text)
		sh.fatal(1)
	}
}

// listSign is @ or * when the parameter itself is a list, otherwise 0.
func listSign(p *syntax.ParamExp) byte {
	if p.Param.Value == "@" || p.Param.Value == "*" {
		return p.Param.Value[0]
	}
	return subscriptSign(p)
}

// emitScalar adds the value of a parameter as it is.
func emitScalar(get scalar, name string, quoted bool) part {
	if quoted {
		return func(sh *Shell, out *expand.Sink) {
			v, ok := get(sh)
			if !ok && sh.opts&Nounset != 0 {
				sh.unset(name)
				return
			}
			out.Quoted(v)
		}
	}
	return func(sh *Shell, out *expand.Sink) {
		v, ok := get(sh)
		if !ok {
			if sh.opts&Nounset != 0 {
				sh.unset(name)
			}
			return
		}
		out.Expanded(v)
	}
}

// unset is the error of set -u.
func (sh *Shell) unset(name string) {
	if name == "@" || name == "*" || sh.flow != flowNone {
		return
	}
	sh.Errorf("%s: parameter not set", name)
	sh.fatal(1)
}

// emitList adds a list: with @ one field each, with * joined by the first
// character of IFS when quoted.
func emitList(list func(*Shell) []string, at, quoted bool) part {
	return func(sh *Shell, out *expand.Sink) {
		addList(sh, out, list(sh), at, quoted)
	}
}

// joiner is what "$*" puts between parameters.
func (sh *Shell) joiner() string {
	ifs, set := sh.getSym(symIFS)
	sh.ifs.Update(ifs, set)
	return sh.ifs.First()
}

func addList(sh *Shell, out *expand.Sink, list []string, at, quoted bool) {
	switch {
	case out.Mode != expand.Split:
		sep := " "
		if !at {
			sep = sh.joiner()
		}
		text := strings.Join(list, sep)
		if quoted {
			out.Quoted(text)
		} else {
			out.Expanded(text)
		}
	case quoted && at:
		for i, s := range list {
			if i > 0 {
				out.Break()
			}
			out.Quoted(s)
		}
	case quoted:
		out.Quoted(strings.Join(list, sh.joiner()))
	default:
		for i, s := range list {
			if i > 0 {
				out.Break()
			}
			out.Expanded(s)
		}
	}
}
