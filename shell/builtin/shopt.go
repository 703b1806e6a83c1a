package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// shopt is bash's; -o makes it work on the options of set -o.
func shopt(sh *eval.Shell, args []string) int {
	var set, unset, quiet, print, setOptions bool
	o := parseOptions(sh, args, "suqpo")
	for o.next() {
		switch o.letter {
		case 's':
			set = true
		case 'u':
			unset = true
		case 'q':
			quiet = true
		case 'p':
			print = true
		case 'o':
			setOptions = true
		}
	}
	switch {
	case o.failed:
		return 2
	case set && unset:
		return sh.Fail(1, "shopt: -s and -u cannot go together")
	}
	status := 0
	var b strings.Builder
	show := func(info *eval.OptionInfo) {
		switch on := sh.Opt(info.Bit); {
		case quiet:
		case print && setOptions:
			fmt.Fprintf(&b, "set %s %s\n", map[bool]string{true: "-o", false: "+o"}[on], info.Name)
		case print:
			fmt.Fprintf(&b, "shopt %s %s\n", map[bool]string{true: "-s", false: "-u"}[on], info.Name)
		default:
			fmt.Fprintf(&b, "%-20s\t%s\n", info.Name, onOff(on))
		}
	}
	if len(o.rest) == 0 {
		for i := range eval.OptionTable {
			info := &eval.OptionTable[i]
			if info.Shopt != setOptions && (!set || sh.Opt(info.Bit)) && (!unset || !sh.Opt(info.Bit)) {
				show(info)
			}
		}
	}
	for _, name := range o.rest {
		i := slices.IndexFunc(eval.OptionTable, func(info eval.OptionInfo) bool {
			return info.Name == name && info.Shopt != setOptions
		})
		switch {
		case i < 0:
			status = sh.Fail(1, "shopt: %s: no such option", name)
		case set || unset:
			if eval.OptionTable[i].Fixed {
				status = sh.Fail(1, "shopt: %s: cannot be changed", name)
				continue
			}
			sh.SetOpt(eval.OptionTable[i].Bit, set)
		default:
			show(&eval.OptionTable[i])
			if !sh.Opt(eval.OptionTable[i].Bit) {
				status = 1
			}
		}
	}
	return max(sh.Output("shopt", []byte(b.String())), status)
}
