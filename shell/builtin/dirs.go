package builtin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// The directory stack of pushd, popd and dirs lives in the array DIRSTACK; its
// first element is always the working directory.
const dirStack = "DIRSTACK"

func stack(sh *eval.Shell) []string {
	_, dirs := sh.Elems(dirStack)
	if len(dirs) == 0 {
		return []string{sh.Pwd()}
	}
	dirs[0] = sh.Pwd()
	return dirs
}

func pushd(sh *eval.Shell, args []string) int { return turnStack(sh, args, true) }

func popd(sh *eval.Shell, args []string) int { return turnStack(sh, args, false) }

func turnStack(sh *eval.Shell, args []string, push bool) int {
	rest := args[1:]
	stay := len(rest) > 0 && rest[0] == "-n"
	if stay {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0] == "--" {
		rest = rest[1:]
	}
	if len(rest) > 1 {
		return tooMany(sh, args)
	}
	dirs := stack(sh)
	operand := ""
	if len(rest) == 1 {
		operand = rest[0]
	}
	n, isIndex := stackIndex(operand, len(dirs))
	switch {
	case isIndex && (n < 0 || n >= len(dirs)):
		return sh.Fail(1, "%s: %s: the stack holds %d directories", args[0], operand, len(dirs))
	case operand == "" && len(dirs) < 2:
		return sh.Fail(1, "%s: the directory stack is empty", args[0])
	case push && operand == "":
		dirs[0], dirs[1] = dirs[1], dirs[0]
	case push && isIndex:
		dirs = append(slices.Clone(dirs[n:]), dirs[:n]...)
	case push && stay:
		dirs = slices.Insert(dirs, 1, operand)
	case push:
		dirs = slices.Insert(dirs, 0, operand)
	case operand == "":
		dirs = dirs[1:]
	case isIndex:
		dirs = slices.Delete(dirs, n, n+1)
	default:
		return sh.Fail(2, "popd: %s: +N or -N is expected", operand)
	}
	if !stay && dirs[0] != sh.Pwd() {
		if err := change(sh, dirs[0], false); err != nil {
			return sh.Fail(1, "%s: %s: %v", args[0], dirs[0], why(err))
		}
	}
	dirs[0] = sh.Pwd()
	if err := sh.SetArray(dirStack, dirs); err != nil {
		return sh.Fail(1, "%s: %v", args[0], err)
	}
	return dirsCmd(sh, []string{args[0]})
}

// stackIndex reads +N, from the left, or -N, from the right.
func stackIndex(s string, length int) (n int, ok bool) {
	if len(s) < 2 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(s[1:])
	if s[0] == '-' {
		n = length - 1 - n
	}
	return n, err == nil
}

func dirsCmd(sh *eval.Shell, args []string) int {
	long, lines, numbers := false, false, false
	dirs := stack(sh)
	for _, word := range args[1:] {
		if n, ok := stackIndex(word, len(dirs)); ok {
			if n < 0 || n >= len(dirs) {
				return sh.Fail(1, "dirs: %s: the stack holds %d directories", word, len(dirs))
			}
			dirs = dirs[n : n+1]
			continue
		}
		switch word {
		case "-c":
			if err := sh.SetArray(dirStack, dirs[:1]); err != nil {
				return sh.Fail(1, "dirs: %v", err)
			}
			return 0
		case "-l":
			long = true
		case "-p":
			lines = true
		case "-v":
			lines, numbers = true, true
		default:
			return sh.Fail(2, "dirs: %s: no such option", word)
		}
	}
	home, _ := sh.Get("HOME")
	var b strings.Builder
	for i, dir := range dirs {
		if rest, ok := strings.CutPrefix(dir, home); ok && !long && home != "" && (rest == "" || rest[0] == '/') {
			dir = "~" + rest
		}
		switch {
		case numbers:
			fmt.Fprintf(&b, "%2d  %s\n", i, dir)
		case lines:
			b.WriteString(dir + "\n")
		case i > 0:
			b.WriteString(" " + dir)
		default:
			b.WriteString(dir)
		}
	}
	if !lines {
		b.WriteByte('\n')
	}
	return sh.Output(args[0], []byte(b.String()))
}
