package eval

import (
	"fmt"
	"sort"
	"strings"

	"github.com/lxsh/lxsh/shell/expand"
)

// A frame is a dynamic scope: what its variables were before.
type frame struct {
	saved    []savedVar
	function *Function // nil: assignments before a command, or a file
	file     string    // that is being read by the dot builtin
	params   []string
	line     int // of the call
	opts     Options
	localOpt bool
}

type savedVar struct {
	sym symbol
	v   *variable
}

// A ReadonlyError is an attempt to change a readonly variable.
type ReadonlyError struct{ Name string }

func (e *ReadonlyError) Error() string { return e.Name + ": readonly variable" }

func (sh *Shell) lookup(s symbol) *variable {
	if int(s) < len(sh.vars) {
		return sh.vars[s]
	}
	return nil
}

// own returns the variable for changing it, made when there is none.
func (sh *Shell) own(s symbol) *variable {
	for int(s) >= len(sh.vars) {
		sh.vars = append(sh.vars, nil)
	}
	v := sh.vars[s]
	switch {
	case v == nil:
		v = &variable{gen: sh.gen}
		sh.vars[s] = v
	case v.gen != sh.gen:
		c := *v
		c.gen = sh.gen
		if c.arr != nil {
			c.arr = c.arr.clone()
		}
		v = &c
		sh.vars[s] = v
	}
	return v
}

func (sh *Shell) getSym(s symbol) (string, bool) {
	v := sh.lookup(s)
	if v == nil {
		if s == symPIPESTATUS {
			return sh.pipeStatuses().text()
		}
		return "", false
	}
	if v.attr&(hooked|Nameref) != 0 {
		if d, ok := dynamics[s.String()]; ok && v.attr&hooked != 0 {
			return d.get(sh), true
		}
		if v.attr&hooked != 0 {
			sh.settleOne(s)
			return sh.getSym(s)
		}
		target, err := sh.target(s)
		if err != nil || !sh.enter() { // a subscript may lead back to s
			return "", false
		}
		defer sh.leaveDepth()
		return sh.Get(target)
	}
	return v.text()
}

func (sh *Shell) assignable(s symbol) (*variable, error) {
	v := sh.own(s)
	if v.attr&Readonly != 0 {
		return nil, &ReadonlyError{s.String()}
	}
	if sh.opts&Allexport != 0 {
		v.attr |= Exported
	}
	return v, nil
}

func (sh *Shell) setSym(s symbol, value string) error {
	v, err := sh.assignable(s)
	if err != nil {
		return err
	}
	if v.attr&(Integer|Lower|Upper|Nameref|hooked) != 0 {
		return sh.setSpecial(s, v, value)
	}
	v.setText(value)
	return nil
}

func (sh *Shell) setSpecial(s symbol, v *variable, value string) error {
	switch {
	case v.attr&hooked != 0:
		v.attr &^= hooked
		if d := dynamics[s.String()]; d.set != nil {
			v.attr |= hooked
			d.set(sh, value)
			return nil
		}
	case v.attr&Nameref != 0 && v.set:
		target, err := sh.target(s)
		if err != nil {
			return err
		}
		return sh.Set(target, value)
	case v.attr&Integer != 0:
		n, err := sh.Arith(value)
		if err != nil {
			return err
		}
		v.setNumber(n)
		return nil
	case v.attr&Lower != 0:
		value = strings.ToLower(value)
	case v.attr&Upper != 0:
		value = strings.ToUpper(value)
	}
	v.setText(value)
	return nil
}

func (sh *Shell) setNum(s symbol, n int64) error {
	v, err := sh.assignable(s)
	if err != nil {
		return err
	}
	if v.attr&(Nameref|hooked) != 0 {
		return sh.setSpecial(s, v, itoa(n))
	}
	v.setNumber(n)
	return nil
}

// IsName reports whether s can be the name of a variable (POSIX XBD 3.216).
func IsName(s string) bool { return expand.IsName(s) }

// Get returns the value of a variable, or of an element: name may be NAME[SUB].
// Special parameters ($?, $1 …) are not variables.
func (sh *Shell) Get(name string) (string, bool) {
	if base, sub, ok := cutSubscript(name); ok {
		return sh.GetElem(base, sub)
	}
	return sh.getSym(intern(name))
}

// Set assigns to a variable, or to an element: name may be NAME[SUB]. The error
// is a *ReadonlyError or one of arithmetic.
func (sh *Shell) Set(name, value string) error {
	if base, sub, ok := cutSubscript(name); ok {
		return sh.SetElem(base, sub, value)
	}
	if !IsName(name) {
		return fmt.Errorf("%s: not a valid name", name)
	}
	return sh.setSym(intern(name), value)
}

// Unset removes a variable or an element (NAME[SUB]).
func (sh *Shell) Unset(name string) error {
	if base, sub, ok := cutSubscript(name); ok {
		return sh.unsetElem(base, sub)
	}
	s := intern(name)
	v := sh.lookup(s)
	if v == nil {
		return nil
	}
	if v.attr&Readonly != 0 {
		return &ReadonlyError{name}
	}
	sh.vars[s] = nil
	return nil
}

// Attrs returns the attributes of a variable. known is false when there is no
// such variable, set is false when it has attributes but no value.
func (sh *Shell) Attrs(name string) (a Attr, set, known bool) {
	v := sh.lookup(intern(name))
	if v == nil {
		return 0, false, false
	}
	a = v.attr &^ hooked
	if v.arr != nil {
		if v.arr.assoc {
			a |= Assoc
		} else {
			a |= Indexed
		}
	}
	return a, v.set || v.attr&hooked != 0, true
}

// SetAttrs adds and removes attributes; a variable that does not exist is made,
// without a value. Readonly cannot be removed. Indexed and Assoc turn a scalar
// into an array with the scalar as element 0.
func (sh *Shell) SetAttrs(name string, add, remove Attr) error {
	if !IsName(name) {
		return fmt.Errorf("%s: not a valid name", name)
	}
	sh.settleOne(intern(name))
	v := sh.own(intern(name))
	if remove&Readonly != 0 && v.attr&Readonly != 0 {
		return &ReadonlyError{name}
	}
	if add&(Indexed|Assoc) != 0 && v.arr == nil {
		text, set := v.text()
		v.arr = newArray(add&Assoc != 0)
		if set {
			v.arr.put("0", 0, text)
		}
	}
	v.attr = v.attr&^remove | add&^(Indexed|Assoc)
	return nil
}

// Local makes a variable of the running function. It has no value, but keeps
// the value of the variable around it when inherit is set. The error says that
// no function runs.
func (sh *Shell) Local(name string, inherit bool) error {
	for i := len(sh.frames) - 1; i >= 0; i-- {
		f := &sh.frames[i]
		if f.function == nil {
			continue
		}
		s := intern(name)
		for _, saved := range f.saved {
			if saved.sym == s {
				return nil
			}
		}
		sh.settleOne(s)
		old := sh.lookup(s)
		if old != nil && old.attr&Readonly != 0 {
			return &ReadonlyError{name}
		}
		v := &variable{gen: sh.gen}
		if old != nil && inherit {
			c := *old
			v = &c
			v.gen = 0
		}
		f.saved = append(f.saved[:len(f.saved):len(f.saved)], savedVar{s, old})
		for int(s) >= len(sh.vars) {
			sh.vars = append(sh.vars, nil)
		}
		sh.vars[s] = v
		return nil
	}
	return fmt.Errorf("can only be used in a function")
}

// InFunction reports whether a function runs.
func (sh *Shell) InFunction() bool {
	for i := range sh.frames {
		if sh.frames[i].function != nil {
			return true
		}
	}
	return false
}

// Names returns the names of all variables that have a value or an attribute,
// sorted.
func (sh *Shell) Names() []string {
	var names []string
	for s, v := range sh.vars {
		if v != nil {
			names = append(names, symbol(s).String())
		}
	}
	sort.Strings(names)
	return names
}

func (sh *Shell) pushFrame(f *Function) {
	sh.frames = append(sh.frames, frame{function: f, params: sh.params, line: sh.line})
}

// save remembers a variable in the innermost frame.
func (sh *Shell) save(s symbol) {
	sh.settleOne(s)
	f := &sh.frames[len(sh.frames)-1]
	old := sh.lookup(s)
	f.saved = append(f.saved, savedVar{s, old})
	if old != nil {
		c := *old
		c.gen = 0 // copied before it is changed
		sh.vars[s] = &c
	}
}

func (sh *Shell) popFrame() {
	f := &sh.frames[len(sh.frames)-1]
	for i := len(f.saved) - 1; i >= 0; i-- {
		s := f.saved[i].sym
		for int(s) >= len(sh.vars) {
			sh.vars = append(sh.vars, nil)
		}
		sh.vars[s] = f.saved[i].v
	}
	if f.localOpt {
		sh.opts = f.opts
	}
	sh.frames = sh.frames[:len(sh.frames)-1]
}
