package eval

import (
	"sync/atomic"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/arith"
)

// arithVars is a shell as arithmetic sees it.
type arithVars Shell

var _ arith.Vars = (*arithVars)(nil)

func internID(name string) int { return int(intern(name)) }

func (a *arithVars) Get(v *arith.Var, sub string) (int64, string, error) {
	sh := (*Shell)(a)
	if sub == "" {
		va := sh.lookup(symbol(v.ID))
		if va != nil && va.attr&(hooked|Nameref) == 0 {
			if n, ok := va.number(); ok {
				return n, "", nil
			}
		}
		text, ok := sh.getSym(symbol(v.ID))
		return 0, text, sh.unsetInArith(ok, v.Name)
	}
	text, ok := sh.GetElem(v.Name, sub)
	return 0, text, sh.unsetInArith(ok, v.Name)
}

func (sh *Shell) unsetInArith(ok bool, name string) error {
	if ok || !sh.Opt(Nounset) {
		return nil
	}
	return &unsetError{name}
}

type unsetError struct{ name string }

func (e *unsetError) Error() string { return e.name + ": parameter not set" }

func (a *arithVars) Set(v *arith.Var, sub string, n int64) error {
	sh := (*Shell)(a)
	if sub == "" {
		return sh.setNum(symbol(v.ID), n)
	}
	return sh.SetElem(v.Name, sub, itoa(n))
}

func (a *arithVars) Assoc(v *arith.Var) bool {
	_, va := (*Shell)(a).deref(v.Name)
	return va != nil && va.arr != nil && va.arr.assoc
}

// Arith evaluates an expression in which all expansions have been done.
func (sh *Shell) Arith(text string) (int64, error) {
	if n, ok := decimal(text); ok {
		return n, nil
	}
	e, err := arith.Parse(text, internID)
	if err != nil {
		return 0, err
	}
	return e.Eval((*arithVars)(sh))
}

// An arithmetic is the expression of $((…)), ((…)), a subscript or a slice. The
// text is expanded before it is parsed (POSIX XCU 2.6.4); the last text that was
// parsed is kept.
type arithmetic struct {
	word  *word
	expr  *arith.Expr // of a text without expansions
	quick *arith.Expr // with $name read as name; see quickText
	names []symbol    // that must hold plain numbers for quick to be right
	last  atomic.Pointer[parsedArith]
}

type parsedArith struct {
	text string
	expr *arith.Expr
}

func (c *compiler) arithmetic(x syntax.ArithmExpr) *arithmetic {
	w, ok := x.(*syntax.Word)
	if !ok {
		return &arithmetic{word: literalWord("0")}
	}
	a := &arithmetic{word: c.word(w, quotedContext)}
	if a.word.static {
		if e, err := arith.Parse(a.word.lit, internID); err == nil {
			a.expr = e
		}
	} else if text, names, ok := quickText(w); ok {
		if e, err := arith.Parse(text, internID); err == nil {
			a.quick, a.names = e, names
		}
	}
	return a
}

// quickText is the text of an expression in which each $name is replaced by
// name. The two mean the same while all names hold plain numbers, if the
// expression changes no variable and no text touches the names.
func quickText(w *syntax.Word) (string, []symbol, bool) {
	var text []byte
	var names []symbol
	for i, part := range w.Parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if !harmless(p.Value) || i > 0 && isWordByte(p.Value[0]) || i+1 < len(w.Parts) && isWordByte(p.Value[len(p.Value)-1]) {
				return "", nil, false
			}
			text = append(text, p.Value...)
		case *syntax.ParamExp:
			if !plainParam(p) || !IsName(p.Param.Value) || i > 0 && isParam(w.Parts[i-1]) {
				return "", nil, false
			}
			text = append(append(append(text, ' '), p.Param.Value...), ' ')
			names = append(names, intern(p.Param.Value))
		default:
			return "", nil, false
		}
	}
	return string(text), names, true
}

func isParam(p syntax.WordPart) bool {
	_, ok := p.(*syntax.ParamExp)
	return ok
}

func isWordByte(c byte) bool {
	return c == '_' || c == '#' || c == '@' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// harmless reports whether a piece of an expression assigns nothing and has no
// sign that could fuse with one of its neighbours.
func harmless(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '+', '-':
			if i > 0 && (s[i-1] == s[i]) {
				return false
			}
		case '=':
			prev, next := byte(0), byte(0)
			if i > 0 {
				prev = s[i-1]
			}
			if i+1 < len(s) {
				next = s[i+1]
			}
			if next == '=' || prev == '=' || prev == '!' {
				continue
			}
			if (prev == '<' || prev == '>') && (i < 2 || s[i-2] != prev) {
				continue
			}
			return false
		case '[', '\\', '"', '\'', '`', '.':
			return false
		}
	}
	return true
}

// eval returns the value. An error has been printed and has set the flow.
func (a *arithmetic) eval(sh *Shell) int64 {
	n, err := a.value(sh)
	if err != nil {
		sh.arithError(err)
		return 0
	}
	return n
}

func (sh *Shell) arithError(err error) {
	if sh.flow == flowNone {
		sh.Errorf("%v", err)
		sh.fatal(1)
	}
}

func (a *arithmetic) value(sh *Shell) (int64, error) {
	if a.expr != nil {
		return a.expr.Eval((*arithVars)(sh))
	}
	if a.quick != nil && a.plain(sh) {
		return a.quick.Eval((*arithVars)(sh))
	}
	text := a.word.text(sh)
	if sh.flow != flowNone {
		return 0, nil
	}
	if p := a.last.Load(); p != nil && p.text == text {
		return p.expr.Eval((*arithVars)(sh))
	}
	e, err := arith.Parse(text, internID)
	if err != nil {
		return 0, err
	}
	a.last.Store(&parsedArith{text, e})
	return e.Eval((*arithVars)(sh))
}

func (a *arithmetic) plain(sh *Shell) bool {
	for _, s := range a.names {
		v := sh.lookup(s)
		if v == nil || v.attr&(hooked|Nameref) != 0 {
			return false
		}
		if _, ok := v.number(); !ok {
			return false
		}
	}
	return true
}
