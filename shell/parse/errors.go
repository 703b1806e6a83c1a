package parse

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"mvdan.cc/sh/v3/syntax"
)

// A SyntaxError is a text that is no shell program.
type SyntaxError struct {
	Name string // of the script; may be empty
	Line int
	Text string // what is wrong, with the offending text

	// Source is the line with the fault as far as it is at hand, and Col the
	// byte in it, counted from 0, for a caret below. Col is -1 when unknown.
	Source string
	Col    int
}

func (e *SyntaxError) Error() string {
	s := "line " + strconv.Itoa(e.Line) + ": syntax error: " + e.Text
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

// Detail shows the place of the fault for people: the line with it, or the part
// of a long line around it, and a caret below. It is empty when unknown.
func (e *SyntaxError) Detail() string {
	if e.Col < 0 || e.Col > len(e.Source) || strings.TrimSpace(e.Source) == "" {
		return ""
	}
	before, after := []rune(e.Source[:e.Col]), []rune(e.Source[e.Col:])
	const most = 60 // characters on each side
	if len(before) > most {
		before = append([]rune("…"), before[len(before)-most:]...)
	}
	if len(after) > most {
		after = append(after[:most:most], '…')
	}
	return "    " + visible(before) + visible(after) + "\n    " + strings.Repeat(" ", len(before)) + "^\n"
}

// visible gives each character one column and keeps what would command a
// terminal from it.
func visible(text []rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, string(text))
}

// failure carries an error out of the recursion to [Parser.Next].
type failure struct{ err error }

// fail gives up at pos.
func (p *Parser) fail(pos syntax.Pos, format string, args ...any) {
	e := &SyntaxError{Name: p.opt.Name, Line: int(pos.Line()), Col: -1}
	e.Text = fmt.Sprintf(format, args...)
	if i := int(pos.Offset()) - p.base; i >= 0 && i <= len(p.main.text) {
		start, end := i, i
		for start > 0 && p.main.text[start-1] != '\n' {
			start--
		}
		for end < len(p.main.text) && p.main.text[end] != '\n' {
			end++
		}
		e.Source, e.Col = string(p.main.text[start:end]), i-start
	}
	panic(failure{e})
}

// unexpected gives up at the token t. want is what the grammar asks for there.
func (p *Parser) unexpected(t *token, want string) {
	text := t.text()
	if want != "" {
		want = fmt.Sprintf(" (expecting %q)", want)
	}
	if t.kind == tEOF || t.kind == tNewline {
		p.fail(t.pos, "%s unexpected%s", text, want)
	}
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	p.fail(t.pos, "%q unexpected%s", text, want)
}

// unterminated gives up at the end of the text: what was opened at pos.
func (p *Parser) unterminated(pos syntax.Pos, what string) {
	p.fail(pos, "unterminated %s", what)
}

// maxDepth limits nesting. It keeps hostile text from exhausting the stack.
const maxDepth = 2000

func (p *Parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.pos(), "nested more than %d deep", maxDepth)
	}
}

func (p *Parser) leave() { p.depth-- }
