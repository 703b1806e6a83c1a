package eval

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// selectLoop is bash's select: a numbered menu on standard error, an answer in
// REPLY and the chosen item in the variable.
func selectLoop(name string, list func(*Shell) []string, body node) node {
	return func(sh *Shell) int {
		items := list(sh)
		if sh.flow != flowNone || len(items) == 0 {
			return sh.status
		}
		status, show := 0, true
		sh.loops++
		defer func() { sh.loops-- }()
		for {
			if show {
				columns, _ := sh.Get("COLUMNS")
				width, err := strconv.Atoi(columns)
				if err != nil || width <= 0 {
					width = 80
				}
				_ = sh.Write(2, []byte(menu(items, width)))
			}
			prompt, ok := sh.getSym(symPS3)
			if !ok {
				prompt = "#? "
			}
			_ = sh.Write(2, []byte(prompt))
			line, err := sh.ReadLine(0)
			if err != nil {
				_ = sh.Write(1, []byte("\n"))
				return sh.set(1)
			}
			_ = sh.setSym(symREPLY, line)
			if show = strings.TrimSpace(line) == ""; show {
				continue
			}
			choice := ""
			if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && n >= 1 && n <= len(items) {
				choice = items[n-1]
			}
			if err := sh.Set(name, choice); err != nil {
				sh.assignError(err)
				return sh.status
			}
			status = body(sh)
			if sh.flow != flowNone {
				if sh.flow >= flowReturn {
					return status
				}
				if sh.loopFlow() {
					return sh.set(status)
				}
			}
		}
	}
}

// menu lays numbered items out in columns as bash does: as many as fit into
// width, filled downwards, and a single row becomes a single column.
func menu(items []string, width int) string {
	digits := len(strconv.Itoa(len(items)))
	cell := 0
	for _, item := range items {
		cell = max(cell, utf8.RuneCountInString(item)+digits+len(") ")+2)
	}
	rows := ceilDiv(len(items), max(width/cell, 1))
	if rows == 1 {
		rows = len(items)
	}
	var b strings.Builder
	for row := range rows {
		digits := len(strconv.Itoa(rows)) // of the first column
		for i, at := row, 0; i < len(items); i += rows {
			n, _ := fmt.Fprintf(&b, "%*d) %s", digits, i+1, items[i])
			n -= len(items[i]) - utf8.RuneCountInString(items[i])
			if i+rows < len(items) {
				b.WriteString(indent(at+n, at+cell))
			}
			at += cell
			digits = len(strconv.Itoa(len(items)))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// indent moves from one column to another with tabs, where they reach, and spaces.
func indent(from, to int) string {
	s := ""
	for from < to {
		if to/8 > from/8 {
			s += "\t"
			from += 8 - from%8
		} else {
			s += " "
			from++
		}
	}
	return s
}
