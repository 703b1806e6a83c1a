package eval

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

// A simple is a compiled simple command (POSIX XCU 2.9.1).
type simple struct {
	line     int
	assigns  []assign
	words    []*word
	compound map[int]*compound // array values among the words of a declaration
	redirs   []redirect
	// temporary says that a word is a process substitution.
	temporary bool
	last      bool // nothing comes after it in this process
}

func (c *compiler) call(x *syntax.CallExpr, redirs []*syntax.Redirect, line uint) node {
	s := &simple{line: int(line), redirs: c.redirects(redirs), last: c.last}
	for _, a := range x.Assigns {
		s.assigns = append(s.assigns, c.assign(a))
	}
	declares := false
	for _, r := range redirs {
		s.temporary = s.temporary || hasProcSubst(r)
	}
	for i, w := range x.Args {
		s.temporary = s.temporary || hasProcSubst(w)
		lit := w.Lit()
		if i == 0 || declares && i == 1 {
			// command export x=… declares as well (POSIX XCU 2.9.1.1).
			declares = lit == "command" || i == 1 && isDeclaration(lit)
		} else if declares {
			if name, value, ok := cutAssign(w); ok {
				s.words = append(s.words, (&compiler{assignment: true}).joined(name, value))
				continue
			}
		}
		s.words = append(s.words, c.words(w)...)
	}
	return s.node()
}

func hasProcSubst(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) bool {
		_, is := n.(*syntax.ProcSubst)
		found = found || is
		return !found
	})
	return found
}

func isDeclaration(name string) bool {
	switch name {
	case "export", "readonly", "local", "declare", "typeset":
		return true
	}
	return false
}

// words compiles a word with its brace expansion.
func (c *compiler) words(w *syntax.Word) (out []*word) {
	if c.noBraces {
		return []*word{c.fresh().word(w, plainContext)}
	}
	words, err := expand.Braces(w)
	if err != nil {
		return []*word{{parts: []part{func(sh *Shell, _ *expand.Sink) {
			sh.Errorf("%v", err)
			sh.fatal(1)
		}}}}
	}
	for _, b := range words {
		out = append(out, c.fresh().word(b, plainContext))
	}
	return out
}

// joined compiles name=value to one field.
func (c *compiler) joined(name string, value *syntax.Word) *word {
	v := c.word(value, plainContext)
	if v.static {
		return literalWord(name + v.lit)
	}
	return &word{one: func(sh *Shell) string { return name + v.text(sh) }}
}

// cutAssign splits a word at the = of an assignment.
func cutAssign(w *syntax.Word) (name string, value *syntax.Word, ok bool) {
	l, isLit := w.Parts[0].(*syntax.Lit)
	if !isLit {
		return "", nil, false
	}
	i := strings.IndexByte(l.Value, '=')
	if i <= 0 || !IsName(strings.TrimSuffix(l.Value[:i], "+")) {
		return "", nil, false
	}
	value = &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts[1:]...)}
	if rest := l.Value[i+1:]; rest != "" {
		value.Parts = append([]syntax.WordPart{&syntax.Lit{Value: rest}}, value.Parts...)
	}
	return l.Value[:i+1], value, true
}

// declaration compiles export, readonly, local, declare and typeset.
func (c *compiler) declaration(x *syntax.DeclClause, redirs []*syntax.Redirect, assigns []*syntax.Assign, line uint) node {
	s := &simple{line: int(line), redirs: c.redirects(redirs), words: []*word{literalWord(x.Variant.Value)}}
	for _, a := range assigns {
		s.assigns = append(s.assigns, c.assign(a))
	}
	for _, a := range x.Args {
		if a.Name == nil {
			s.words = append(s.words, c.words(a.Value)...)
			continue
		}
		name := a.Name.Value
		if a.Index != nil {
			name += "[" + printNode(a.Index) + "]"
		}
		if a.Naked {
			s.words = append(s.words, literalWord(name))
			continue
		}
		if a.Array != nil {
			if s.compound == nil {
				s.compound = map[int]*compound{}
			}
			s.compound[len(s.words)] = c.compound(a.Array, a.Append)
			s.words = append(s.words, literalWord(name))
			continue
		}
		if a.Append {
			name += "+"
		}
		value := a.Value
		if value == nil {
			value = &syntax.Word{}
		}
		s.words = append(s.words, (&compiler{assignment: true}).joined(name+"=", value))
	}
	return s.node()
}

func (s *simple) node() node {
	if len(s.words) == 0 && len(s.redirs) == 0 && len(s.assigns) == 1 {
		a := &s.assigns[0]
		return leaf(func(sh *Shell) int {
			sh.line = s.line
			sh.substRan = false
			return s.assignOnly(sh, a)
		})
	}
	return leaf(s.run)
}
