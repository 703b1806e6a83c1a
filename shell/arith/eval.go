package arith

import "strconv"

// maxNested limits how often the value of a variable is an expression with a
// variable whose value is an expression, and so on. x=x would go on for ever.
const maxNested = 100

type evaluation struct {
	vars   Vars
	expr   *Expr
	nested int
}

func (ev *evaluation) fail(pos int32, why string) error {
	e := &Error{Why: why, Pos: int(pos)}
	if ev.expr != nil {
		e.Expr = ev.expr.src
	}
	return e
}

func (ev *evaluation) eval(n *node) (int64, error) {
	switch n.op {
	case opConst:
		return n.val, nil
	case opVar:
		sub, err := ev.subscript(n.v)
		if err != nil {
			return 0, err
		}
		return ev.get(n.v, sub)
	case opAssign:
		return ev.assign(n)
	case opPreInc, opPostInc:
		sub, err := ev.subscript(n.v)
		if err != nil {
			return 0, err
		}
		old, err := ev.get(n.v, sub)
		if err != nil {
			return 0, err
		}
		if err := ev.vars.Set(n.v, sub, old+n.val); err != nil {
			return 0, err
		}
		if n.op == opPostInc {
			return old, nil
		}
		return old + n.val, nil
	}
	a, err := ev.eval(n.l)
	if err != nil {
		return 0, err
	}
	switch n.op {
	case opNot:
		return truth(a == 0), nil
	case opPlus:
		return a, nil
	case opNeg:
		return -a, nil
	case opFlip:
		return ^a, nil
	case opCond:
		if a != 0 {
			return ev.eval(n.r)
		}
		return ev.eval(n.third)
	case opAnd:
		if a == 0 {
			return 0, nil
		}
	case opOr:
		if a != 0 {
			return 1, nil
		}
	}
	b := n.r.val
	if n.r.op != opConst {
		if b, err = ev.eval(n.r); err != nil {
			return 0, err
		}
	}
	switch n.op {
	case opComma:
		return b, nil
	case opAnd, opOr:
		return truth(b != 0), nil
	}
	res, why := apply(n.op, a, b)
	if why != "" {
		return 0, ev.fail(n.pos, why)
	}
	return res, nil
}

func (ev *evaluation) assign(n *node) (int64, error) {
	sub, err := ev.subscript(n.v)
	if err != nil {
		return 0, err
	}
	old := int64(0)
	if n.bin != opNone {
		if old, err = ev.get(n.v, sub); err != nil {
			return 0, err
		}
	}
	val, err := ev.eval(n.l)
	if err != nil {
		return 0, err
	}
	if n.bin != opNone {
		var why string
		if val, why = apply(n.bin, old, val); why != "" {
			return 0, ev.fail(n.pos, why)
		}
	}
	return val, ev.vars.Set(n.v, sub, val)
}

// subscript evaluates a subscript, once for each mention of the element.
func (ev *evaluation) subscript(v *Var) (string, error) {
	switch {
	case v.key == "":
		return "", nil
	case ev.vars.Assoc(v):
		return v.key, nil
	case v.badKey != nil:
		return "", v.badKey
	}
	n, err := (&evaluation{vars: ev.vars, expr: v.index, nested: ev.nested}).eval(v.index.root)
	return strconv.FormatInt(n, 10), err
}

func (ev *evaluation) get(v *Var, sub string) (int64, error) {
	n, text, err := ev.vars.Get(v, sub)
	if err != nil || text == "" {
		return n, err
	}
	if ev.nested >= maxNested {
		return 0, ev.fail(int32(v.pos), "too many levels")
	}
	inner, err := Parse(text, ev.expr.id)
	if err != nil {
		return 0, err
	}
	return (&evaluation{vars: ev.vars, expr: inner, nested: ev.nested + 1}).eval(inner.root)
}
