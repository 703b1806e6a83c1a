package eval

import (
	"encoding/binary"
	"errors"
	"maps"
)

// encoder writes the state of a shell as a row of numbers and strings. Reader
// and writer are the same binary, so the form needs no versions.
type encoder struct{ b []byte }

func (e *encoder) num(n int64) { e.b = binary.AppendVarint(e.b, n) }

func (e *encoder) str(s string) {
	e.b = binary.AppendUvarint(e.b, uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) list(l []string) {
	e.num(int64(len(l)))
	for _, s := range l {
		e.str(s)
	}
}

// decoder reads what encoder wrote. After an error all it gives is zero.
type decoder struct {
	b   []byte
	err error
}

var errState = errors.New("state is cut short")

func (d *decoder) num() int64 {
	n, k := binary.Varint(d.b)
	if k <= 0 {
		d.b, d.err = nil, errState
		return 0
	}
	d.b = d.b[k:]
	return n
}

func (d *decoder) str() string {
	n, k := binary.Uvarint(d.b)
	if k <= 0 || n > uint64(len(d.b)-k) {
		d.b, d.err = nil, errState
		return ""
	}
	s := string(d.b[k : k+int(n)])
	d.b = d.b[k+int(n):]
	return s
}

func (d *decoder) list() []string {
	n := d.num()
	if n > int64(len(d.b)) {
		d.b, d.err = nil, errState
		return nil
	}
	l := make([]string, 0, n)
	for range n {
		l = append(l, d.str())
	}
	return l
}

// save writes everything that a subshell inherits, but for what the process gets
// from its Command: descriptors, mask, limits and directory.
func (sh *Shell) saveState(e *encoder) {
	learnEntry()
	e.str(sh.world.Name())
	e.str(sh.name)
	e.list(sh.params)
	for _, n := range []int{sh.pid, sh.status, sh.line, sh.lastJob, int(sh.opts), int(sh.umask), sh.level, sh.calls, sh.quiet, sh.Getopts.Index, sh.Getopts.Offset} {
		e.num(int64(n))
	}
	e.num(sh.started.UnixNano())
	e.str(sh.dir.Path)
	sh.saveStack(e)
	sh.saveVars(e)
	unsettled := int64(0)
	if sh.unsettled {
		unsettled = 1
	}
	e.num(unsettled)
	e.num(int64(len(sh.funcs)))
	for _, name := range sh.Functions() {
		e.str(name)
		e.str(sh.funcs[name].Source())
		e.str(sh.funcs[name].file)
	}
	e.num(int64(len(sh.alias)))
	for _, name := range sh.Aliases() {
		e.str(name)
		e.str(sh.alias[name])
	}
	actions, entry := maps.Clone(sh.traps.actions), []string(nil)
	if actions == nil {
		actions = map[int]string{}
	}
	for n := range dispositions.entry {
		switch {
		case !dispositions.entry[n]:
		case !sh.root.interactive:
			entry = append(entry, itoa(int64(n)))
		default: // subshells of an interactive shell may trap it, as that may
			actions[n] = ""
		}
	}
	saveActions(e, actions)
	saveActions(e, sh.traps.inherited)
	e.list(entry)
}

func saveActions(e *encoder, actions map[int]string) {
	e.num(int64(len(actions)))
	for n, a := range actions {
		e.num(int64(n))
		e.str(a)
	}
}

func loadActions(d *decoder) map[int]string {
	n := d.num()
	actions := map[int]string{}
	for ; n > 0 && d.err == nil; n-- {
		cond := int(d.num())
		actions[cond] = d.str()
	}
	return actions
}

func (sh *Shell) saveVars(e *encoder) {
	count := 0
	for _, v := range sh.vars {
		if v != nil {
			count++
		}
	}
	e.num(int64(count))
	for s, v := range sh.vars {
		if v == nil {
			continue
		}
		e.str(symbol(s).String())
		e.num(int64(v.attr))
		switch {
		case v.arr != nil && v.arr.assoc:
			e.num(4)
		case v.arr != nil:
			e.num(3)
		case v.set:
			e.num(1)
		default:
			e.num(0)
		}
		if v.arr != nil {
			e.list(v.arr.subscripts())
			e.list(v.arr.values)
		} else {
			text, _ := v.text()
			e.str(text)
		}
	}
}

func (sh *Shell) loadVars(d *decoder) {
	for n := d.num(); n > 0 && d.err == nil; n-- {
		v := sh.own(intern(d.str()))
		v.attr = Attr(d.num())
		switch kind := d.num(); kind {
		case 3, 4:
			v.set, v.arr = true, newArray(kind == 4)
			subs, values := d.list(), d.list()
			for i := range min(len(subs), len(values)) {
				index, _ := decimal(subs[i])
				v.arr.put(subs[i], index, values[i])
			}
		default:
			if text := d.str(); kind == 1 {
				v.setText(text)
			}
		}
	}
}
