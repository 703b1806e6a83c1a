package eval

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

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
