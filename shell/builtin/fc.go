package builtin

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/shell/eval"
)

// A History is the list of commands of an interactive shell, the oldest first.
type History interface {
	// Lines returns the commands; the first of them has the number first.
	Lines() (first int, lines []string)
	// Replace puts text in the place of the last command.
	Replace(text string)
}

// Fc returns the fc builtin on a history; nil: there is none.
func Fc(h History) eval.Builtin {
	return eval.Builtin{Name: "fc", Run: func(sh *eval.Shell, args []string) int {
		if h == nil {
			return sh.Fail(1, "fc: this shell keeps no history (only an interactive one does)")
		}
		return fc(sh, args, h)
	}}
}

// fc is POSIX's: list commands, edit and run them again, or run one at once (-s).
func fc(sh *eval.Shell, args []string, h History) int {
	var list, noNumbers, reverse, again bool
	editor := ""
	rest := args[1:]
	// An operand may be a negative number, which is no option.
	for len(rest) > 0 && len(rest[0]) > 1 && rest[0][0] == '-' && (rest[0][1] < '0' || rest[0][1] > '9') {
		word := rest[0]
		rest = rest[1:]
		if word == "--" {
			break
		}
		for _, letter := range []byte(word[1:]) {
			switch letter {
			case 'l':
				list = true
			case 'n':
				noNumbers = true
			case 'r':
				reverse = true
			case 's':
				again = true
			case 'e':
				if len(rest) == 0 {
					return sh.Fail(2, "fc: -e: an editor is expected")
				}
				editor, rest = rest[0], rest[1:]
			default:
				return sh.Fail(2, "fc: -%c: no such option", letter)
			}
		}
	}
	first, lines := h.Lines()
	if !list && len(lines) > 0 {
		lines = lines[:len(lines)-1] // the running fc itself
	}
	if len(lines) == 0 {
		return sh.Fail(1, "fc: the history is empty")
	}
	if again {
		return runAgain(sh, rest, first, lines, h)
	}
	from, to := len(lines)-1, len(lines)-1
	if list {
		from = max(len(lines)-16, 0)
	}
	var err error
	if len(rest) > 0 {
		if from, err = historyIndex(rest[0], first, lines); err == nil && !list {
			to = from
		}
	}
	if len(rest) > 1 && err == nil {
		to, err = historyIndex(rest[1], first, lines)
	}
	if err != nil {
		return sh.Fail(1, "fc: %v", err)
	}
	if from > to {
		from, to, reverse = to, from, !reverse
	}
	var picked []string
	for i := from; i <= to; i++ {
		line := lines[i]
		if list {
			number := strconv.Itoa(first + i)
			if noNumbers {
				number = ""
			}
			line = number + "\t" + strings.ReplaceAll(line, "\n", "\n\t")
		}
		picked = append(picked, line)
	}
	if reverse {
		for i, k := 0, len(picked)-1; i < k; i, k = i+1, k-1 {
			picked[i], picked[k] = picked[k], picked[i]
		}
	}
	text := strings.Join(picked, "\n") + "\n"
	if list {
		return sh.Output("fc", []byte(text))
	}
	return editAndRun(sh, editor, text, h)
}

// historyIndex finds a command by its number, its distance from the end, or its
// beginning.
func historyIndex(s string, first int, lines []string) (int, error) {
	if n, err := strconv.Atoi(s); err == nil {
		i := n - first
		if n <= 0 {
			i = len(lines) + n
		}
		return min(max(i, 0), len(lines)-1), nil
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(lines[i], s) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s: no such command in the history", s)
}

// runAgain is fc -s [old=new] [command].
func runAgain(sh *eval.Shell, rest []string, first int, lines []string, h History) int {
	from, to, replace := "", "", false
	if len(rest) > 0 {
		if from, to, replace = strings.Cut(rest[0], "="); replace {
			rest = rest[1:]
		}
	}
	i := len(lines) - 1
	if len(rest) > 0 {
		var err error
		if i, err = historyIndex(rest[0], first, lines); err != nil {
			return sh.Fail(1, "fc: %v", err)
		}
	}
	text := lines[i]
	if replace {
		text = strings.Replace(text, from, to, 1)
	}
	return runEdited(sh, text, h)
}

func runEdited(sh *eval.Shell, text string, h History) int {
	text = strings.TrimRight(text, "\n")
	h.Replace(text)
	_ = sh.Write(2, []byte(text+"\n"))
	return sh.Eval(text)
}

// editAndRun lets an editor work on the text, in a file of the shell's instance.
func editAndRun(sh *eval.Shell, editor, text string, h History) int {
	for _, name := range []string{"FCEDIT", "EDITOR"} {
		if value, _ := sh.Get(name); editor == "" {
			editor = value
		}
	}
	if editor == "" {
		editor = "ed"
	}
	name := "/tmp/lxsh-fc-" + strconv.Itoa(sh.Pid()) + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
	f, err := sh.Open(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_EXCL)
	if err != nil {
		return sh.Fail(1, "fc: %s: %v", name, why(err))
	}
	defer sh.CommandIn(standardPath, []string{"rm", "-f", name})
	for rest := []byte(text); len(rest) > 0 && err == nil; {
		var n int
		n, err = f.Write(rest)
		rest = rest[n:]
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return sh.Fail(1, "fc: %s: %v", name, why(err))
	}
	if status := sh.Eval(editor + " " + name); status != 0 {
		return status
	}
	edited, err := sh.ReadFile(name)
	if err != nil {
		return sh.Fail(1, "fc: %s: %v", name, why(err))
	}
	return runEdited(sh, edited, h)
}
