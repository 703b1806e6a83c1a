package builtin

import (
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// list shows what a declaration without operands is asked for.
func (d *declaration) list() int {
	var b strings.Builder
	if d.functions || d.namesOnly {
		for _, name := range d.sh.Functions() {
			if d.namesOnly {
				b.WriteString("declare -f " + name + "\n")
			} else {
				b.WriteString(d.sh.Function(name).Source() + "\n")
			}
		}
		return d.sh.Output(d.name, []byte(b.String()))
	}
	wanted := d.add
	for _, name := range d.sh.Names() {
		if a, _, _ := d.sh.Attrs(name); a&wanted == wanted {
			b.WriteString(d.line(name))
		}
	}
	return d.sh.Output(d.name, []byte(b.String()))
}

func (d *declaration) show(name string) {
	if _, _, known := d.sh.Attrs(name); !known {
		d.fail("%s: no such variable", name)
		return
	}
	if status := d.sh.Output(d.name, []byte(d.line(name))); status != 0 {
		d.status = status
	}
}

// line is a variable as a command that declares it again.
func (d *declaration) line(name string) string {
	a, set, _ := d.sh.Attrs(name)
	array := a&(eval.Indexed|eval.Assoc) != 0
	value, _ := d.sh.Get(name)
	text := ""
	switch {
	case !set:
	case array:
		text = "=" + compound(d.sh, name)
	case d.name == "export" || d.name == "readonly":
		text = "=" + quoteSingle(value)
	default:
		text = "=" + quoteDouble(value)
	}
	if !array && (d.name == "export" || d.name == "readonly") {
		return d.name + " " + name + text + "\n" // POSIX's form
	}
	letters := ""
	for _, c := range []byte("aAilnrux") {
		if a&attrLetters[c] != 0 {
			letters += string(c)
		}
	}
	if letters == "" {
		letters = "-"
	}
	return "declare -" + letters + " " + name + text + "\n"
}
