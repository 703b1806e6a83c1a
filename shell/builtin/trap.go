package builtin

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

func trap(sh *eval.Shell, args []string) int {
	list, print := false, false
	o := parseOptions(sh, args, "lp")
	for o.next() {
		switch o.letter {
		case 'l':
			list = true
		case 'p':
			print = true
		}
	}
	words := o.rest
	switch {
	case o.failed:
		return 2
	case list:
		return listSignals(sh, "trap")
	case print || len(words) == 0:
		return showTraps(sh, words)
	}
	var action *string
	// Without an action, or with a number in its place, conditions are reset
	// (POSIX XCU trap).
	if _, isNumber := unsigned(words[0]); !isNumber && len(words) > 1 {
		if words[0] != "-" {
			action = &words[0]
		}
		words = words[1:]
	} else if words[0] == "-" {
		return sh.Fail(2, "trap: a condition is expected")
	}
	status := 0
	for _, word := range words {
		cond, ok := eval.SignalNumber(word)
		if !ok {
			// POSIX: this is no error that ends the shell.
			sh.Errorf("trap: %s: no such signal", word)
			status = 1
			continue
		}
		var text *string
		if action != nil {
			text = new(string)
			*text = strings.Clone(*action)
		}
		sh.SetTrap(cond, text)
	}
	return status
}

// unsigned reads a number without a sign.
func unsigned(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// showTraps prints actions as commands that set them again.
func showTraps(sh *eval.Shell, words []string) int {
	actions := sh.ShownTraps()
	var conds []int
	if len(words) == 0 {
		for cond := range actions {
			conds = append(conds, cond)
		}
		sort.Ints(conds)
	}
	status := 0
	for _, word := range words {
		cond, ok := eval.SignalNumber(word)
		if !ok {
			sh.Errorf("trap: %s: no such signal", word)
			status = 1
		} else if !slices.Contains(conds, cond) {
			conds = append(conds, cond)
		}
	}
	var b strings.Builder
	for _, cond := range conds {
		if action, ok := actions[cond]; ok {
			fmt.Fprintf(&b, "trap -- %s %s\n", quoteSingle(action), eval.SignalName(cond))
		}
	}
	return max(sh.Output("trap", []byte(b.String())), status)
}

// listSignals is kill -l.
func listSignals(sh *eval.Shell, name string) int {
	var names []string
	for n := 1; n <= 64; n++ {
		if s := eval.SignalName(n); s != "" {
			names = append(names, s)
		}
	}
	return sh.Output(name, []byte(strings.Join(names, "\n")+"\n"))
}
