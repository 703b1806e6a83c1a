package builtin

import (
	"fmt"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// set is POSIX's with the options of eval.OptionTable.
func set(sh *eval.Shell, args []string) int {
	if len(args) == 1 {
		return listVariables(sh)
	}
	rest := args[1:]
	for len(rest) > 0 {
		word := rest[0]
		switch {
		case word == "--":
			sh.SetParams(rest[1:])
			return 0
		case word == "-": // as a Bourne shell: the parameters follow
			sh.SetOpt(eval.Xtrace, false)
			sh.SetOpt(eval.Verbose, false)
			if len(rest) > 1 {
				sh.SetParams(rest[1:])
			}
			return 0
		case len(word) < 2 || word[0] != '-' && word[0] != '+':
			sh.SetParams(rest)
			return 0
		}
		rest = rest[1:]
		for _, letter := range []byte(word[1:]) {
			if letter != 'o' {
				if !setLetter(sh, letter, word[0] == '-') {
					return sh.Fail(2, "set: %c%c: no such option", word[0], letter)
				}
				continue
			}
			if len(rest) == 0 {
				return listOptions(sh, word[0] == '-')
			}
			if !setName(sh, rest[0], word[0] == '-') {
				return sh.Fail(2, "set: %s: no such option", rest[0])
			}
			rest = rest[1:]
		}
	}
	return 0
}

func setLetter(sh *eval.Shell, letter byte, on bool) bool {
	for i := range eval.OptionTable {
		if o := &eval.OptionTable[i]; o.Letter == letter && !o.Fixed {
			sh.SetOpt(o.Bit, on)
			return true
		}
	}
	return false
}

func setName(sh *eval.Shell, name string, on bool) bool {
	for i := range eval.OptionTable {
		if o := &eval.OptionTable[i]; o.Name == name && !o.Fixed && !o.Shopt {
			sh.SetOpt(o.Bit, on)
			return true
		}
	}
	return false
}

// listOptions is set -o, for people, or set +o, as commands.
func listOptions(sh *eval.Shell, people bool) int {
	var b strings.Builder
	for i := range eval.OptionTable {
		o := &eval.OptionTable[i]
		switch on := sh.Opt(o.Bit); {
		case o.Shopt, o.Fixed && !people:
		case people:
			fmt.Fprintf(&b, "%-15s %s\n", o.Name, onOff(on))
		case on:
			fmt.Fprintf(&b, "set -o %s\n", o.Name)
		default:
			fmt.Fprintf(&b, "set +o %s\n", o.Name)
		}
	}
	return sh.Output("set", []byte(b.String()))
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func listVariables(sh *eval.Shell) int {
	var b strings.Builder
	for _, name := range sh.Names() {
		a, set, _ := sh.Attrs(name)
		switch value, _ := sh.Get(name); {
		case !set:
		case a&(eval.Indexed|eval.Assoc) != 0:
			b.WriteString(name + "=" + compound(sh, name) + "\n")
		case sh.Opt(eval.Posix):
			b.WriteString(name + "=" + quoteSingle(value) + "\n")
		default:
			b.WriteString(name + "=" + quote(value) + "\n")
		}
	}
	if !sh.Opt(eval.Posix) {
		for _, name := range sh.Functions() {
			b.WriteString(sh.Function(name).Source() + "\n")
		}
	}
	return sh.Output("set", []byte(b.String()))
}

// compound is the value of an array as it can be assigned: ([sub]="value" …).
func compound(sh *eval.Shell, name string) string {
	subs, values := sh.Elems(name)
	var b strings.Builder
	b.WriteByte('(')
	for i, sub := range subs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("[" + quote(sub) + "]=" + quoteDouble(values[i]))
	}
	b.WriteByte(')')
	return b.String()
}
