package eval

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/parse"
)

// substituted compiles the commands of a command substitution. The parser leaves
// aliases in them alone: they are those of the time when it runs, line by line as
// in a script (POSIX XCU 2.2.3, 2.3.1). Only a shell that has aliases by then
// parses a line again.
func (c *compiler) substituted(stmts []*syntax.Stmt) node {
	lines := inputLines(stmts)
	nodes := make([]node, len(lines))
	for i, l := range lines {
		nodes[i] = c.list(l)
	}
	return func(sh *Shell) int {
		status := 0
		for i, n := range nodes {
			if len(sh.alias) > 0 {
				n = sh.compiler().list(sh.aliased(lines[i]))
			}
			if sh.flow == flowNone {
				status = n(sh)
			}
			if sh.flow != flowNone {
				break
			}
		}
		return status
	}
}

// inputLines divides statements into those that began on one line together.
func inputLines(stmts []*syntax.Stmt) (lines [][]*syntax.Stmt) {
	for i := 0; i < len(stmts); {
		end := i + 1
		for end < len(stmts) && stmts[end].Pos().Line() == stmts[end-1].End().Line() {
			end++
		}
		lines = append(lines, stmts[i:end])
		i = end
	}
	return lines
}

// aliased returns the statements with aliases replaced. A text that is no program
// any more ends the shell, as it would have where it was read.
func (sh *Shell) aliased(stmts []*syntax.Stmt) []*syntax.Stmt {
	if len(sh.alias) == 0 || len(stmts) == 0 {
		return stmts
	}
	text := printNode(&syntax.File{Stmts: stmts})
	again, err := parse.All(text, sh.ParseOptions(sh.name, int(stmts[0].Pos().Line())))
	if err != nil {
		sh.syntaxError(err)
		sh.fatal(2)
	}
	return again
}
