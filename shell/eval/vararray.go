package eval

import (
	"fmt"
	"strings"
)

// cutSubscript splits NAME[SUB].
func cutSubscript(s string) (name, sub string, ok bool) {
	if len(s) < 3 || s[len(s)-1] != ']' {
		return s, "", false
	}
	i := strings.IndexByte(s, '[')
	if i <= 0 || !IsName(s[:i]) {
		return s, "", false
	}
	return s[:i], s[i+1 : len(s)-1], true
}

// maxRefs is how many namerefs may follow one another. It ends a circle.
const maxRefs = 8

// target returns what the nameref s means in the end: NAME, or NAME[SUB].
func (sh *Shell) target(s symbol) (string, error) {
	v := sh.lookup(s)
	for range maxRefs {
		text := v.str
		if v = sh.lookup(intern(text)); v == nil || v.attr&Nameref == 0 || !v.set {
			return text, nil
		}
	}
	return "", fmt.Errorf("%s: circular name reference", s.String())
}

// deref follows namerefs.
func (sh *Shell) deref(name string) (symbol, *variable) {
	s := intern(name)
	v := sh.lookup(s)
	if s == symPIPESTATUS && v == nil {
		return s, sh.pipeStatuses()
	}
	if v != nil && v.attr&hooked != 0 {
		if d := dynamics[s.String()]; d.array != nil {
			return s, &variable{set: true, arr: d.array(sh)}
		}
	}
	for range maxRefs {
		if v == nil || v.attr&Nameref == 0 || !v.set {
			break
		}
		s = intern(v.str)
		v = sh.lookup(s)
	}
	return s, v
}

// pipeStatuses makes the value of PIPESTATUS.
func (sh *Shell) pipeStatuses() *variable {
	a := newArray(false)
	a.values = []string{itoa(int64(sh.status))}
	if sh.pipeline != nil {
		a.values = nil
		for _, n := range sh.pipeline {
			a.values = append(a.values, itoa(int64(n)))
		}
	}
	return &variable{set: true, arr: a}
}

// subscript evaluates a subscript: a key of an associative array, otherwise
// arithmetic. A negative index counts from the end.
func (sh *Shell) subscript(v *variable, sub string) (string, int64, error) {
	if v != nil && v.arr != nil && v.arr.assoc {
		return sub, 0, nil
	}
	n, err := sh.Arith(sub)
	if err != nil {
		return "", 0, err
	}
	if n < 0 {
		end := int64(0)
		if v != nil && v.arr != nil {
			end = v.arr.next()
		} else if v != nil && v.set {
			end = 1
		}
		if n += end; n < 0 {
			return "", 0, fmt.Errorf("%s: bad array subscript", sub)
		}
	}
	return "0", n, nil
}

// GetElem returns an element of an array; a scalar is its own element 0.
func (sh *Shell) GetElem(name, sub string) (string, bool) {
	_, v := sh.deref(name)
	key, i, err := sh.subscript(v, sub)
	if err != nil || v == nil {
		return "", false
	}
	if v.arr == nil {
		if i != 0 {
			return "", false
		}
		return sh.Get(name)
	}
	return v.arr.get(key, i)
}

// SetElem assigns an element; the variable becomes an indexed array if it is none.
func (sh *Shell) SetElem(name, sub, value string) error {
	s, _ := sh.deref(name)
	v, err := sh.assignable(s)
	if err != nil {
		return err
	}
	key, i, err := sh.subscript(v, sub)
	if err != nil {
		return err
	}
	v = sh.own(s)
	if v.arr == nil {
		text, set := v.text()
		v.arr = newArray(false)
		if set {
			v.arr.put("0", 0, text)
		}
	}
	switch {
	case v.attr&Integer != 0:
		n, err := sh.Arith(value)
		if err != nil {
			return err
		}
		value = itoa(n)
	case v.attr&Lower != 0:
		value = strings.ToLower(value)
	case v.attr&Upper != 0:
		value = strings.ToUpper(value)
	}
	v.set = true
	v.arr.put(key, i, value)
	return nil
}

func (sh *Shell) unsetElem(name, sub string) error {
	s, v := sh.deref(name)
	if v == nil {
		return nil
	}
	if v.attr&Readonly != 0 {
		return &ReadonlyError{name}
	}
	if v.arr == nil {
		return sh.Unset(name)
	}
	key, i, err := sh.subscript(v, sub)
	if err != nil {
		return err
	}
	sh.own(s).arr.remove(key, i)
	return nil
}

// Elems returns the subscripts and the values of an array; a scalar that is set
// gives one pair.
func (sh *Shell) Elems(name string) (subs, values []string) {
	s, v := sh.deref(name)
	if v != nil && v.arr != nil {
		return v.arr.subscripts(), append([]string(nil), v.arr.values...)
	}
	if text, ok := sh.getSym(s); ok {
		return []string{"0"}, []string{text}
	}
	return nil, nil
}

// SetArray makes name an indexed array of the values.
func (sh *Shell) SetArray(name string, values []string) error {
	s, _ := sh.deref(name)
	v, err := sh.assignable(s)
	if err != nil {
		return err
	}
	v.arr = newArray(false)
	v.arr.values = append([]string(nil), values...)
	v.set = true
	return nil
}

// A Compound is an array value in an assignment: name=(…).
type Compound struct {
	Append bool
	Elems  []Elem
}

// An Elem is one element of a Compound: [Sub]=Value, or the next Value.
type Elem struct {
	Sub    string
	HasSub bool
	Append bool
	Value  string
}

// Compound returns the array value that was given as the i-th argument of a
// builtin that Declares: name=(…), of which args[i] is only the name. Nil: the
// argument is no such assignment.
func (sh *Shell) Compound(i int) *Compound {
	if i < len(sh.compounds) {
		return sh.compounds[i]
	}
	return nil
}

// SetCompound assigns an array value. An associative array keeps being one.
func (sh *Shell) SetCompound(name string, c *Compound) error {
	s, _ := sh.deref(name)
	v, err := sh.assignable(s)
	if err != nil {
		return err
	}
	switch {
	case v.arr == nil:
		text, set := v.text()
		v.arr = newArray(false)
		if set && c.Append {
			v.arr.put("0", 0, text)
		}
	case !c.Append:
		v.arr = newArray(v.arr.assoc)
	}
	v.set = true
	next := v.arr.next()
	for k := 0; k < len(c.Elems); k++ {
		e := c.Elems[k]
		if v.arr.assoc && !e.HasSub { // ( key value key value )
			value := ""
			if k+1 < len(c.Elems) {
				value = c.Elems[k+1].Value
			}
			v.arr.put(e.Value, 0, value)
			k++
			continue
		}
		key, i := "", next
		if e.HasSub {
			if key, i, err = sh.subscript(v, e.Sub); err != nil {
				return err
			}
		}
		value := e.Value
		if e.Append {
			old, _ := v.arr.get(key, i)
			value = old + value
		}
		if v.attr&Integer != 0 {
			n, err := sh.Arith(value)
			if err != nil {
				return err
			}
			value = itoa(n)
		}
		v.arr.put(key, i, value)
		next = i + 1
	}
	return nil
}
