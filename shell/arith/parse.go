package arith

import "strings"

// maxDepth limits how deep an expression nests, and so the recursion.
const maxDepth = 10_000

type parser struct {
	src  string
	pos  int
	deep int
	id   func(string) int
}

func (p *parser) fail(pos int, why string) error {
	return &Error{Expr: p.src, Pos: pos, Why: why}
}

func (p *parser) parse() (*node, error) {
	p.space()
	if p.pos == len(p.src) {
		return &node{op: opConst}, nil
	}
	n, err := p.comma()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.src) {
		return nil, p.fail(p.pos, "operator expected")
	}
	return n, nil
}

func (p *parser) space() {
	for p.pos < len(p.src) && strings.IndexByte(" \t\n\r\v\f", p.src[p.pos]) >= 0 {
		p.pos++
	}
}

// take skips text, and the space behind it, when it comes next.
func (p *parser) take(text string) bool {
	if !strings.HasPrefix(p.src[p.pos:], text) {
		return false
	}
	p.pos += len(text)
	p.space()
	return true
}

// link finishes a node: it checks the depth and computes what is constant.
func (p *parser) link(n *node) (*node, error) {
	constant := true
	for _, child := range []*node{n.l, n.r, n.third} {
		if child != nil {
			n.depth = max(n.depth, child.depth+1)
			constant = constant && child.op == opConst
		}
	}
	if n.depth > maxDepth {
		return nil, p.fail(p.pos, "too many levels")
	}
	if constant && n.v == nil {
		// An error, such as a division by zero, is one only when it is reached.
		if val, err := (&evaluation{}).eval(n); err == nil {
			return &node{op: opConst, val: val}, nil
		}
	}
	return n, nil
}

func (p *parser) comma() (*node, error) {
	l, err := p.assignment()
	for err == nil && p.take(",") {
		var r *node
		if r, err = p.assignment(); err == nil {
			l, err = p.link(&node{op: opComma, l: l, r: r})
		}
	}
	return l, err
}

func (p *parser) assignment() (*node, error) {
	if p.deep++; p.deep > maxDepth {
		return nil, p.fail(p.pos, "too many levels")
	}
	defer func() { p.deep-- }()
	l, err := p.conditional()
	if err != nil {
		return nil, err
	}
	pos := p.pos
	bin, ok := p.assignOp()
	if !ok {
		return l, nil
	}
	if l.op != opVar {
		return nil, p.fail(pos, "assignment to what is no variable")
	}
	r, err := p.assignment()
	if err != nil {
		return nil, err
	}
	return p.link(&node{op: opAssign, bin: bin, v: l.v, l: r, pos: int32(pos)})
}

// assignOp reads = or an operator with = behind it.
func (p *parser) assignOp() (op, bool) {
	if p.pos < len(p.src) && p.src[p.pos] == '=' {
		p.take("=")
		return opNone, true
	}
	for i := range binaries {
		b := &binaries[i]
		if b.op.assigns() && strings.HasPrefix(p.src[p.pos:], b.text) {
			return b.op, p.take(b.text + "=")
		}
	}
	return opNone, false
}

func (p *parser) conditional() (*node, error) {
	cond, err := p.binary(1)
	if err != nil || !p.take("?") {
		return cond, err
	}
	yes, err := p.comma()
	if err != nil {
		return nil, err
	}
	if !p.take(":") {
		return nil, p.fail(p.pos, `":" expected`)
	}
	if p.deep++; p.deep > maxDepth {
		return nil, p.fail(p.pos, "too many levels")
	}
	no, err := p.conditional()
	p.deep--
	if err != nil {
		return nil, err
	}
	return p.link(&node{op: opCond, l: cond, r: yes, third: no})
}

// operator returns the operator with two operands that comes next, if it is no
// assignment.
func (p *parser) operator() (text string, o op, prec int) {
	rest := p.src[p.pos:]
	for i := range binaries {
		b := &binaries[i]
		if !strings.HasPrefix(rest, b.text) {
			continue
		}
		if b.op.assigns() && strings.HasPrefix(rest[len(b.text):], "=") {
			break
		}
		return b.text, b.op, b.prec
	}
	return "", opNone, 0
}

func (p *parser) binary(lowest int) (*node, error) {
	l, err := p.unary()
	for err == nil {
		pos := p.pos
		text, o, prec := p.operator()
		if o == opNone || prec < lowest {
			return l, nil
		}
		p.take(text)
		next := prec + 1
		if prec == precPow {
			next = prec // right to left
			if p.deep++; p.deep > maxDepth {
				return nil, p.fail(p.pos, "too many levels")
			}
		}
		var r *node
		r, err = p.binary(next)
		if prec == precPow {
			p.deep--
		}
		if err == nil {
			l, err = p.link(&node{op: o, l: l, r: r, pos: int32(pos)})
		}
	}
	return nil, err
}

func (p *parser) unary() (*node, error) {
	if p.pos == len(p.src) {
		return nil, p.fail(p.pos, "operand expected at the end")
	}
	if p.deep++; p.deep > maxDepth {
		return nil, p.fail(p.pos, "too many levels")
	}
	defer func() { p.deep-- }()
	pos := p.pos
	c := p.src[pos]
	if step := p.step(); step != 0 {
		// ++ and -- belong to a variable; before anything else they are two signs.
		p.take(p.src[pos : pos+2])
		if p.pos < len(p.src) && nameStart(p.src[p.pos]) {
			v, err := p.variable()
			if err != nil {
				return nil, err
			}
			return &node{op: opPreInc, v: v, val: step, pos: int32(pos)}, nil
		}
		p.pos = pos
	}
	var o op
	switch c {
	case '!':
		o = opNot
	case '~':
		o = opFlip
	case '-':
		o = opNeg
	case '+':
		o = opPlus
	default:
		return p.primary()
	}
	p.take(p.src[pos : pos+1])
	n, err := p.unary()
	if err != nil {
		return nil, err
	}
	return p.link(&node{op: o, l: n, pos: int32(pos)})
}

// step returns 1 for ++ and -1 for -- when that comes next.
func (p *parser) step() int64 {
	switch rest := p.src[p.pos:]; {
	case strings.HasPrefix(rest, "++"):
		return 1
	case strings.HasPrefix(rest, "--"):
		return -1
	}
	return 0
}

func (p *parser) primary() (*node, error) {
	pos := p.pos
	c := p.src[pos]
	switch {
	case c == '(':
		p.take("(")
		n, err := p.comma()
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, p.fail(p.pos, `")" expected`)
		}
		return n, nil
	case '0' <= c && c <= '9':
		for p.pos < len(p.src) && (p.src[p.pos] == '#' || digit(p.src[p.pos], 64) >= 0) {
			p.pos++
		}
		n, err := Number(p.src[pos:p.pos])
		if err != nil {
			return nil, p.fail(pos, err.Error())
		}
		p.space()
		return &node{op: opConst, val: n}, nil
	case nameStart(c):
		v, err := p.variable()
		if err != nil {
			return nil, err
		}
		n := &node{op: opVar, v: v}
		if step := p.step(); step != 0 {
			n = &node{op: opPostInc, v: v, val: step, pos: int32(p.pos)}
			p.take(p.src[p.pos : p.pos+2])
		}
		return n, nil
	}
	return nil, p.fail(pos, "operand expected")
}

func nameStart(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (p *parser) variable() (*Var, error) {
	v := &Var{pos: p.pos}
	for p.pos < len(p.src) && (nameStart(p.src[p.pos]) || '0' <= p.src[p.pos] && p.src[p.pos] <= '9') {
		p.pos++
	}
	v.Name = p.src[v.pos:p.pos]
	if p.id != nil {
		v.ID = p.id(v.Name)
	}
	if p.pos < len(p.src) && p.src[p.pos] == '[' {
		if err := p.subscript(v); err != nil {
			return nil, err
		}
	}
	p.space()
	return v, nil
}

func (p *parser) subscript(v *Var) error {
	open, level := p.pos, 0
	for ; p.pos < len(p.src); p.pos++ {
		switch p.src[p.pos] {
		case '[':
			level++
		case ']':
			level--
		}
		if level == 0 {
			break
		}
	}
	if p.pos == len(p.src) {
		return p.fail(open, `"]" expected`)
	}
	v.key = p.src[open+1 : p.pos]
	p.pos++
	if strings.TrimSpace(v.key) == "" {
		return p.fail(open, "empty subscript")
	}
	sub := parser{src: v.key, id: p.id, deep: p.deep}
	root, err := sub.parse()
	if err != nil {
		v.badKey = err
		return nil
	}
	v.index = &Expr{src: v.key, root: root, id: p.id}
	return nil
}
