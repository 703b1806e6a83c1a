package eval

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
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
	for _, b := range expand.Braces(w) {
		out = append(out, (&compiler{}).word(b, plainContext))
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

func (s *simple) run(sh *Shell) int {
	sh.line = s.line
	sh.substRan = false
	if n := len(sh.temporary); s.temporary {
		defer sh.closeTemporary(n)
	}
	args := make([]string, 0, len(s.words))
	for _, w := range s.words {
		args = w.fields(sh, args)
		if sh.flow != flowNone {
			return sh.status
		}
	}
	if len(args) == 0 {
		return s.runEmpty(sh)
	}
	return s.dispatch(sh, args)
}

// runEmpty is a command without a name: its redirections are done in a subshell,
// its assignments stay, and its status is that of the last command substitution.
func (s *simple) runEmpty(sh *Shell) int {
	status := 0
	if sh.substRan {
		status = sh.status
	}
	if len(s.redirs) > 0 {
		sub := sh.subshell() // POSIX XCU 2.9.1: its expansions leave no trace
		sub.substRan = false
		_, ok := sub.redirect(s.redirs)
		ended, ran, last := sub.flow != flowNone, sub.substRan, sub.status
		sub.end()
		switch {
		case ended:
			return sh.fatal(last)
		case !ok:
			return 1
		case ran:
			status, sh.status, sh.substRan = last, last, true
		}
	}
	for i := range s.assigns {
		if err := s.assigns[i].run(sh); err != nil {
			sh.assignError(err)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		if sh.opts&Xtrace != 0 {
			sh.trace([]string{sh.traceAssign(&s.assigns[i])})
		}
	}
	if sh.substRan && len(s.assigns) > 0 {
		status = sh.status
	}
	return status
}

func (s *simple) dispatch(sh *Shell, args []string) int {
	sh.pipeline = nil
	name := args[0]
	b := sh.config.builtin(name)
	var f *Function
	if b == nil || !b.Special {
		if f = sh.funcs[name]; f != nil {
			b = nil
		}
	}
	if b != nil {
		sh.compounds = nil
		if s.compound != nil {
			sh.compounds = make([]*Compound, len(args))
			for i, c := range s.compound {
				if i < len(args) {
					sh.compounds[i] = c.eval(sh)
				}
			}
		}
	}
	if len(s.redirs) == 0 && len(s.assigns) == 0 {
		if sh.opts&Xtrace != 0 {
			sh.trace(args)
		}
		return s.invoke(sh, b, f, args)
	}
	return s.dispatchWith(sh, b, f, args)
}

// dispatchWith runs a command that has redirections or assignments.
func (s *simple) dispatchWith(sh *Shell, b *Builtin, f *Function, args []string) int {
	special := b != nil && b.Special
	done, ok := sh.redirect(s.redirs)
	defer func() {
		if sh.keepFiles && b != nil {
			sh.keepFiles = false
			keep(done)
			return
		}
		sh.undo(done)
	}()
	if !ok || sh.flow != flowNone {
		if special && sh.flow == flowNone {
			sh.fatal(1)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		return 1
	}
	if !special && len(s.assigns) > 0 {
		sh.pushFrame(nil)
		defer sh.popFrame()
	}
	var traced []string
	for i := range s.assigns {
		a := &s.assigns[i]
		if !special {
			sh.save(a.sym)
		}
		err := a.run(sh)
		if err != nil {
			var ro *ReadonlyError
			if errors.As(err, &ro) || special {
				sh.assignError(err)
				return sh.status
			}
			return sh.Fail(1, "%v", err)
		}
		if sh.flow != flowNone {
			return sh.status
		}
		if !special {
			sh.own(a.sym).attr |= Exported
		}
		if sh.opts&Xtrace != 0 {
			traced = append(traced, sh.traceAssign(a))
		}
	}
	if sh.opts&Xtrace != 0 {
		sh.trace(append(traced, args...))
	}
	return s.invoke(sh, b, f, args)
}

// invoke runs a command whose words are expanded.
func (s *simple) invoke(sh *Shell, b *Builtin, f *Function, args []string) int {
	switch {
	case f != nil:
		return sh.callFunction(f, args)
	case b != nil:
		sh.failed = false
		status := b.Run(sh, args)
		if sh.failed && b.Special && sh.flow == flowNone && !sh.interactive {
			return sh.fatal(status)
		}
		return status
	case s.last && sh.replaceable():
		return sh.Exec(args, args[0], nil)
	}
	return sh.external(args, nil)
}

func (sh *Shell) callFunction(f *Function, args []string) int {
	if !sh.enter() {
		return sh.status
	}
	sh.pushFrame(f)
	saved, loops, line := sh.params, sh.loops, sh.line
	sh.params, sh.loops = args[1:len(args):len(args)], 0
	sh.calls++
	status := f.body(sh)
	sh.calls--
	if sh.flow == flowReturn {
		sh.flow = flowNone
		status = sh.status
	}
	if a, ok := sh.traps.actions[TrapReturn]; ok && a != "" && sh.flow == flowNone {
		sh.status = status
		sh.runTrap(TrapReturn, a)
	}
	sh.params, sh.loops, sh.line = saved, loops, line
	sh.popFrame()
	sh.leaveDepth()
	return status
}

// external starts a command outside the shell and waits for it. path, if not
// nil, is searched in place of PATH.
func (sh *Shell) external(args []string, path *string) int {
	cmd := sh.command(args, path)
	cmd.Hangup = true
	p, err := sh.start(cmd)
	if err != nil {
		return sh.startFailed(cmd, err)
	}
	if path == nil {
		sh.ran(args[0])
	}
	return sh.waitForeground(p, args)
}

func (sh *Shell) startFailed(cmd *plugins.Command, err error) int {
	if errors.Is(err, plugins.ErrExecFormat) {
		if status, ok := sh.runScript(cmd, err); ok {
			return status
		}
	}
	return sh.StartError(cmd.Name, err)
}
