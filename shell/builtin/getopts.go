package builtin

import (
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// getopts is that of POSIX; OPTERR=0 keeps it quiet, as in bash.
func getopts(sh *eval.Shell, args []string) int {
	operands, ok := noOptions(sh, args)
	if !ok {
		return 2
	}
	if len(operands) < 2 {
		return sh.Fail(2, "getopts: letters and the name of a variable are expected")
	}
	letters, name, words := operands[0], operands[1], operands[2:]
	if !eval.IsName(name) {
		return sh.Fail(2, "getopts: %s: not a name", name)
	}
	if len(operands) == 2 {
		words = sh.Params()
	}
	g := getopter{sh: sh, words: words, letters: letters}
	g.letters, g.quiet = strings.CutPrefix(letters, ":")
	if value, _ := sh.Get("OPTERR"); value == "0" {
		g.quiet = true
	}
	g.reportArg = letters != g.letters
	status := g.next()
	sh.Getopts.Index, sh.Getopts.Offset = g.index, g.offset
	for _, v := range []struct{ name, value string }{
		{"OPTIND", strconv.Itoa(g.index)}, {name, g.found},
	} {
		if err := sh.Set(v.name, v.value); err != nil {
			return sh.Fail(2, "getopts: %v", err)
		}
	}
	sh.Getopts.Offset = g.offset // assigning OPTIND starts anew
	var err error
	if g.hasArg {
		err = sh.Set("OPTARG", g.arg)
	} else {
		err = sh.Unset("OPTARG")
	}
	if err != nil {
		return sh.Fail(2, "getopts: %v", err)
	}
	return status
}

type getopter struct {
	sh        *eval.Shell
	words     []string
	letters   string
	quiet     bool
	reportArg bool // the letters begin with :

	index, offset int // the next option is words[index-1][offset]; offset 0: a new word
	found         string
	arg           string
	hasArg        bool
}

func (g *getopter) next() int {
	value, _ := g.sh.Get("OPTIND")
	index, err := strconv.Atoi(value)
	if err != nil || index < 1 {
		index = 1
	}
	g.index = index
	if index == g.sh.Getopts.Index {
		g.offset = g.sh.Getopts.Offset
	}
	if g.index > len(g.words) {
		g.index, g.offset = len(g.words)+1, 0
		g.found = "?"
		return 1
	}
	word := g.words[g.index-1]
	if g.offset == 0 || g.offset >= len(word) {
		if len(word) < 2 || word[0] != '-' || word == "--" {
			if word == "--" {
				g.index++
			}
			g.offset = 0
			g.found = "?"
			return 1
		}
		g.offset = 1
	}
	letter := word[g.offset]
	g.offset++
	rest := word[g.offset:]
	if rest == "" {
		g.index++
		g.offset = 0
	}
	i := strings.IndexByte(g.letters, letter)
	if i < 0 || letter == ':' {
		g.problem("?", letter, "no such option")
		return 0
	}
	g.found = string(letter)
	if i+1 == len(g.letters) || g.letters[i+1] != ':' {
		return 0
	}
	switch {
	case rest != "":
		g.arg, g.hasArg = rest, true
		g.index++
		g.offset = 0
	case g.index <= len(g.words):
		g.arg, g.hasArg = g.words[g.index-1], true
		g.index++
	default:
		g.problem(":", letter, "argument expected")
	}
	return 0
}

// problem reports an option by the variables when the letters begin with a
// colon, and otherwise by a message.
func (g *getopter) problem(found string, letter byte, text string) {
	if g.reportArg {
		g.found, g.arg, g.hasArg = found, string(letter), true
		return
	}
	g.found = "?"
	if !g.quiet {
		g.sh.Errorf("-%c: %s", letter, text)
	}
}
