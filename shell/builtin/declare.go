package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// A declaration is one call of export, readonly, local, declare or typeset.
type declaration struct {
	sh          *eval.Shell
	name        string // of the builtin
	add, remove eval.Attr
	local       bool // variables of the running function
	inherit     bool // that begin with the value around it
	functions   bool // -f
	namesOnly   bool // -F
	print       bool // -p
	status      int
}

func declare(sh *eval.Shell, args []string) int {
	d := declaration{sh: sh, name: args[0], local: sh.InFunction()}
	return d.run(args, "aAilnurtxpfFgI")
}

func local(sh *eval.Shell, args []string) int {
	d := declaration{sh: sh, name: args[0], local: true, inherit: sh.Opt(eval.Posix | eval.LocalvarInherit)}
	if !sh.InFunction() {
		return sh.Fail(2, "local: no function is running")
	}
	return d.run(args, "aAilnurtxpI")
}

func export(sh *eval.Shell, args []string) int {
	d := declaration{sh: sh, name: args[0], add: eval.Exported}
	return d.run(args, "fnp")
}

func readonly(sh *eval.Shell, args []string) int {
	d := declaration{sh: sh, name: args[0], add: eval.Readonly}
	return d.run(args, "aAfp")
}

var attrLetters = map[byte]eval.Attr{
	'a': eval.Indexed, 'A': eval.Assoc, 'i': eval.Integer, 'l': eval.Lower, 'n': eval.Nameref, 'r': eval.Readonly,
	'u': eval.Upper, 'x': eval.Exported,
}

func (d *declaration) run(args []string, letters string) int {
	o := parseOptions(d.sh, args, letters)
	o.plus = strings.Contains(letters, "x")
	for o.next() {
		d.option(o)
	}
	if o.failed {
		return 2
	}
	operands := o.rest
	if len(operands) == 0 && !(d.local && d.name == "local") {
		return d.list()
	}
	first := len(args) - len(operands)
	for i, word := range operands {
		switch {
		case d.functions || d.namesOnly:
			d.function(word)
		case d.print && strings.IndexByte(word, '=') < 0:
			d.show(word)
		case word == "-" && d.name == "local":
			d.sh.LocalOptions()
		default:
			d.operand(word, d.sh.Compound(first+i))
		}
	}
	return d.status
}

func (d *declaration) option(o *options) {
	switch o.letter {
	case 'f':
		d.functions = true
		return
	case 'F':
		d.namesOnly = true
		return
	case 'p':
		d.print = true
		return
	case 'g':
		d.local = false
		return
	case 'I':
		d.inherit = true
		return
	case 't': // bash's trace attribute has no meaning for variables
		return
	case 'n':
		if d.name == "export" {
			d.add, d.remove = 0, eval.Exported
			return
		}
	}
	attr := attrLetters[o.letter]
	if !o.on {
		d.remove |= attr
		return
	}
	d.add |= attr
	switch attr { // the later of the two counts
	case eval.Lower:
		d.remove |= eval.Upper
	case eval.Upper:
		d.remove |= eval.Lower
	}
}

func (d *declaration) fail(format string, args ...any) {
	d.status = d.sh.Fail(1, d.name+": "+format, args...)
}

// operand declares NAME, NAME=VALUE, NAME+=VALUE or, with c, NAME=(…).
func (d *declaration) operand(word string, c *eval.Compound) {
	name, value, assign := strings.Cut(word, "=")
	name, add := strings.CutSuffix(name, "+")
	if add && !assign {
		name, add = word, false
	}
	base, _, element := strings.Cut(name, "[")
	if !eval.IsName(base) || element && !strings.HasSuffix(name, "]") {
		d.fail("%s: not a name", quote(name))
		return
	}
	if d.local {
		if err := d.sh.Local(base, d.inherit || add); err != nil {
			d.fail("%v", err)
			return
		}
	}
	// Readonly comes last: the value is assigned before.
	before := d.add &^ eval.Readonly
	if element && before&eval.Assoc == 0 {
		before |= eval.Indexed
		if a, _, _ := d.sh.Attrs(base); a&eval.Assoc != 0 {
			before &^= eval.Indexed
		}
	}
	if err := d.sh.SetAttrs(base, before, d.remove); err != nil {
		d.fail("%v", err)
		return
	}
	if err := d.assign(name, value, assign, add, c); err != nil {
		d.fail("%v", err)
		return
	}
	if d.add&eval.Readonly != 0 {
		if err := d.sh.SetAttrs(base, eval.Readonly, 0); err != nil {
			d.fail("%v", err)
		}
	}
}

func (d *declaration) assign(name, value string, assign, add bool, c *eval.Compound) error {
	switch {
	case c != nil:
		return d.sh.SetCompound(name, c)
	case !assign:
		return nil
	case add:
		old, _ := d.sh.Get(name)
		if a, _, _ := d.sh.Attrs(name); a&eval.Integer != 0 {
			old += "+"
		}
		value = old + value
	}
	return d.sh.Set(name, value)
}

func (d *declaration) function(name string) {
	f := d.sh.Function(name)
	switch {
	case f == nil:
		d.status = 1
		if d.name != "declare" && d.name != "typeset" {
			d.fail("%s: no such function", name)
		}
	case d.name == "export":
		d.fail("%s: functions cannot be exported (pass a script to sh -c)", name)
	case d.name == "readonly":
		d.fail("%s: functions cannot be made readonly", name)
	case d.namesOnly:
		d.sh.Output(d.name, []byte(name+"\n"))
	default:
		d.sh.Output(d.name, []byte(f.Source()+"\n"))
	}
}
