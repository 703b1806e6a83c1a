package eval

import (
	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/match"
)

// A part adds what it expands to to a sink.
type part func(sh *Shell, out *expand.Sink)

// A word is compiled for one of the contexts below.
type word struct {
	parts  []part
	lit    string // the word, when static
	static bool   // no expansion and no pattern character: always lit
	// one, if not nil, gives the word's only field without a sink.
	one func(sh *Shell) string
}

// quoting says how the text of a word is to be read.
type quoting uint8

const (
	plainContext  quoting = iota
	quotedContext         // inside double quotes, here-documents, arithmetic
	// operandContext is the word of an unquoted ${x-word}: its unquoted text
	// is part of the expansion's result, and is split.
	operandContext
)

func literalWord(s string) *word { return &word{lit: s, static: true, parts: []part{quotedPart(s)}} }

func quotedPart(s string) part {
	return func(_ *Shell, out *expand.Sink) { out.Quoted(s) }
}

func literalPart(s string) part {
	return func(_ *Shell, out *expand.Sink) { out.Literal(s) }
}

func expandedPart(s string) part {
	return func(_ *Shell, out *expand.Sink) { out.Expanded(s) }
}

func (w *word) expand(sh *Shell, out *expand.Sink) {
	for _, p := range w.parts {
		if sh.flow != flowNone {
			return
		}
		p(sh, out)
	}
}

// fields appends the word's fields.
func (w *word) fields(sh *Shell, to []string) []string {
	if w.static {
		return append(to, w.lit)
	}
	if w.one != nil {
		return append(to, w.one(sh))
	}
	s := sh.sink(expand.Split)
	w.expand(sh, s)
	to = append(to, s.Finish()...)
	sh.release(s)
	return to
}

// text is the word as one string, without splitting and pathname expansion.
func (w *word) text(sh *Shell) string {
	if w.static {
		return w.lit
	}
	if w.one != nil {
		return w.one(sh)
	}
	s := sh.sink(expand.Join)
	w.expand(sh, s)
	text := s.Text()
	sh.release(s)
	return text
}

// pattern is the word as a pattern.
func (w *word) pattern(sh *Shell) string {
	if w.static {
		return match.Quote(w.lit)
	}
	s := sh.sink(expand.Pattern)
	w.expand(sh, s)
	text := s.Text()
	sh.release(s)
	return text
}

// sink returns an empty sink. Sinks nest: a word may be expanded while another
// one is.
func (sh *Shell) sink(mode expand.Mode) *expand.Sink {
	var s *expand.Sink
	if n := len(sh.sinks); n > 0 {
		s = sh.sinks[n-1]
		sh.sinks = sh.sinks[:n-1]
	} else {
		s = new(expand.Sink)
	}
	s.Reset(mode)
	s.IFS, s.Glob = &sh.ifs, nil
	ifs, set := sh.getSym(symIFS)
	sh.ifs.Update(ifs, set)
	if mode == expand.Split && sh.opts&Noglob == 0 {
		if sh.globber == nil {
			sh.globber = sh.glob
		}
		s.Glob = sh.globber
	}
	return s
}

func (sh *Shell) release(s *expand.Sink) { sh.sinks = append(sh.sinks, s) }
