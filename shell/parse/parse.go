package parse

import (
	"io"

	"mvdan.cc/sh/v3/syntax"
)

// Options say how to parse. The zero value parses lxsh's default language,
// POSIX with bash's extensions, without aliases.
type Options struct {
	Name   string // of the script, for errors
	Line   int    // the number of the first line; 0 means 1
	Strict bool   // POSIX alone: no [[, function, arrays, <(…), &>, |& and so on

	// Alias returns the value of the alias name. Nil: there are none. It is
	// asked at each command word, so what one command defines serves the next.
	Alias func(name string) (string, bool)

	// Accept, if not nil, is called with the text of each command before it is
	// returned: for the history of an interactive shell.
	Accept func(text string)
}

// A Parser reads commands from a [Source].
type Parser struct {
	opt Options
	src Source

	in    *input // where the next character comes from: an alias's text, or main
	main  *input // the lines of the current command
	line  int    // of the next character
	bol   int    // index in main.text of the beginning of that line
	base  int    // offset of main.text[0] from the beginning of the source
	eof   bool   // src has no more lines
	first bool   // the next line is the first of a command

	tok       token
	have      bool // tok is valid and not yet taken
	nextAlias bool // an alias that ends in a blank makes the next word a candidate
	heredocs  []*heredoc
	depth     int
	spans     map[int]bool // see arithAhead
}

// New returns a parser of the text of src.
func New(src Source, opt Options) *Parser {
	main := &input{}
	p := &Parser{opt: opt, src: src, main: main, in: main, line: max(opt.Line, 1)}
	return p
}

// All parses a text that is at hand to its end.
func All(text string, opt Options) ([]*syntax.Stmt, error) {
	return New(String(text), opt).all()
}

func (p *Parser) all() (stmts []*syntax.Stmt, err error) {
	for {
		next, err := p.Next()
		if err == io.EOF {
			return stmts, nil
		}
		if err != nil {
			return nil, err
		}
		stmts = append(stmts, next...)
	}
}

// SetStrict switches between the default language and POSIX alone, from the next
// command on (set -o posix).
func (p *Parser) SetStrict(strict bool) { p.opt.Strict = strict }

// Line returns the number of the line that will be read next.
func (p *Parser) Line() int { return p.line }

// Next returns the statements of the next complete command: everything up to the
// newline that ends it, here-documents included (POSIX XCU 2.10.2
// complete_command). Blank lines are passed over. It returns io.EOF at the end,
// a [*SyntaxError], or an error of the source. After an error, what was read so
// far is dropped, and the next call begins with a new line.
func (p *Parser) Next() (stmts []*syntax.Stmt, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			p.drop()
			stmts, err = nil, r.err
		default:
			panic(r)
		}
	}()
	p.compact()
	for {
		p.first = true
		if t := p.peekTok(command); t.kind == tEOF {
			return nil, io.EOF
		} else if t.kind != tNewline {
			break
		}
		p.take()
	}
	stmts = p.list()
	if t := p.peekTok(0); t.kind != tEOF && t.kind != tNewline {
		p.unexpected(t, "")
	}
	p.readHeredocs() // those that the end of the text left without a newline
	p.take()
	if p.opt.Accept != nil {
		p.opt.Accept(string(p.main.text[:p.main.i]))
	}
	return stmts, nil
}

// Done reports whether nothing comes after what Next returned, as far as that is
// known without reading on: it is when the text ends in no newline.
func (p *Parser) Done() bool { return p.eof && !p.have && p.in == p.main && p.in.i >= len(p.in.text) }

// compact forgets the text of the commands before.
func (p *Parser) compact() {
	clear(p.spans)
	if p.in == p.main && p.main.i == len(p.main.text) {
		p.base += p.main.i
		p.bol -= p.main.i
		p.main.text, p.main.i = p.main.text[:0], 0
	}
}

// drop forgets all that is not parsed yet.
func (p *Parser) drop() {
	p.in = p.main
	p.base += len(p.main.text)
	p.main.text, p.main.i, p.bol = p.main.text[:0], 0, 0
	p.have, p.nextAlias, p.heredocs, p.depth = false, false, nil, 0
	p.line = max(p.line, p.main.lines+max(p.opt.Line, 1))
}
