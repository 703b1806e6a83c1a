package eval

import (
	"mvdan.cc/sh/v3/syntax"
)

// quietly runs a condition: set -e does not act in it.
func quietly(sh *Shell, n node) int {
	sh.quiet++
	status := n(sh)
	sh.quiet--
	return status
}

func (c *compiler) ifClause(x *syntax.IfClause) node {
	cond, then := c.list(x.Cond), c.list(x.Then)
	var or node
	if x.Else != nil {
		if len(x.Else.Cond) == 0 {
			or = c.list(x.Else.Then)
		} else {
			or = c.ifClause(x.Else)
		}
	}
	return func(sh *Shell) int {
		status := quietly(sh, cond)
		switch {
		case sh.flow != flowNone:
			return status
		case status == 0:
			return then(sh)
		case or != nil:
			return or(sh)
		}
		return sh.set(0)
	}
}

func (c *compiler) while(x *syntax.WhileClause) node {
	cond, body, until := c.list(x.Cond), c.list(x.Do), x.Until
	return func(sh *Shell) int {
		status := 0
		sh.loops++
		defer func() { sh.loops-- }()
		for {
			st := quietly(sh, cond)
			if sh.flow != flowNone {
				if sh.flow >= flowReturn {
					return st
				}
				if sh.loopFlow() {
					return sh.set(status)
				}
				continue
			}
			if (st == 0) == until {
				return sh.set(status)
			}
			status = body(sh)
			if sh.flow != flowNone {
				if sh.flow >= flowReturn {
					return status
				}
				if sh.loopFlow() {
					return sh.set(status)
				}
			}
		}
	}
}

func (c *compiler) forClause(x *syntax.ForClause) node {
	body := c.list(x.Do)
	if l, ok := x.Loop.(*syntax.CStyleLoop); ok {
		return c.forArith(l, body)
	}
	iter := x.Loop.(*syntax.WordIter)
	name, line := iter.Name.Value, int(x.Pos().Line())
	var words []*word
	for _, w := range iter.Items {
		words = append(words, c.words(w)...)
	}
	params := !iter.InPos.IsValid()
	list := func(sh *Shell) []string {
		if params {
			return sh.params
		}
		var out []string
		for _, w := range words {
			if out = w.fields(sh, out); sh.flow != flowNone {
				return nil
			}
		}
		return out
	}
	if x.Select {
		return selectLoop(name, list, body)
	}
	sym := intern(name)
	return func(sh *Shell) int {
		sh.line = line
		items := list(sh)
		if sh.flow != flowNone {
			return sh.status
		}
		status := 0
		sh.loops++
		defer func() { sh.loops-- }()
		for _, item := range items {
			if err := sh.setSym(sym, item); err != nil {
				sh.assignError(err)
				return sh.status
			}
			if sh.opts&Xtrace != 0 {
				sh.trace([]string{"for", name, "in", item})
			}
			status = body(sh)
			if sh.flow != flowNone {
				if sh.flow >= flowReturn {
					return status
				}
				if sh.loopFlow() {
					break
				}
			}
		}
		return sh.set(status)
	}
}

func (c *compiler) forArith(l *syntax.CStyleLoop, body node) node {
	part := func(x syntax.ArithmExpr, missing int64) func(*Shell) int64 {
		if x == nil {
			return func(*Shell) int64 { return missing }
		}
		return c.arithmetic(x).eval
	}
	begin, cond, next := part(l.Init, 0), part(l.Cond, 1), part(l.Post, 0)
	return func(sh *Shell) int {
		status := 0
		sh.loops++
		defer func() { sh.loops-- }()
		for begin(sh); sh.flow == flowNone && cond(sh) != 0 && sh.flow == flowNone; next(sh) {
			status = body(sh)
			if sh.flow != flowNone {
				if sh.flow >= flowReturn {
					return status
				}
				if sh.loopFlow() {
					break
				}
			}
		}
		if sh.flow != flowNone {
			return sh.status
		}
		return sh.set(status)
	}
}

func (c *compiler) caseClause(x *syntax.CaseClause) node {
	type item struct {
		patterns []*pattern
		body     node
		empty    bool
		op       syntax.CaseOperator
	}
	subject := c.fresh().word(x.Word, plainContext)
	items := make([]item, len(x.Items))
	for i, it := range x.Items {
		items[i] = item{body: c.list(it.Stmts), op: it.Op, empty: len(it.Stmts) == 0}
		for _, p := range it.Patterns {
			items[i].patterns = append(items[i].patterns, c.patternOf(p, true))
		}
	}
	line := int(x.Pos().Line())
	return func(sh *Shell) int {
		sh.line = line
		sh.substRan = false
		text := subject.text(sh)
		if sh.flow != flowNone {
			return sh.status
		}
		status, through := 0, false
		for i := range items {
			it := &items[i]
			hit := through
			for k := 0; k < len(it.patterns) && !hit; k++ {
				hit = it.patterns[k].get(sh).Match(text)
				if sh.flow != flowNone {
					return sh.status
				}
			}
			if !hit {
				continue
			}
			if it.empty {
				status = sh.set(0)
			} else if status = it.body(sh); sh.flow != flowNone {
				return status
			}
			through = it.op == syntax.Fallthrough
			if !through && it.op != syntax.Resume && it.op != syntax.ResumeKorn {
				return status
			}
		}
		return sh.set(status)
	}
}
