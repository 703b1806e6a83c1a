package expand

import (
	"strings"

	"github.com/lxsh/lxsh/shell/match"
)

// Mode says what becomes of the parts of a word.
type Mode uint8

const (
	// Split makes fields: the results of unquoted expansions are split.
	Split Mode = iota
	// Join makes one string: assignments, here-documents, case words.
	Join
	// Pattern makes one pattern, in which a backslash stands before each
	// character that was quoted.
	Pattern
)

// A Sink takes the parts of a word as they are expanded and makes fields of
// them. The field model is that of POSIX XCU 2.6.5: only the results of unquoted
// expansions are split; quoted parts keep even an empty field alive; IFS white
// space around another IFS character belongs to that delimiter.
type Sink struct {
	Mode Mode
	IFS  *IFS
	// Glob, if not nil, is given each field that has an unquoted pattern
	// character, as a pattern, and returns the pathnames, or nil when there
	// are none and the field stays as it is.
	Glob func(pattern string) []string

	Fields []string

	buf    []byte
	quoted []span // of buf, in the open field
	open   bool   // a field has begun, though it may still be empty
	meta   bool   // an unquoted pattern character is in buf
	last   class  // of the delimiter before, while no field is open
}

type span struct{ start, end int }

// Reset empties the sink for another word, keeping its memory.
func (s *Sink) Reset(mode Mode) {
	s.Mode = mode
	s.buf, s.quoted, s.Fields = s.buf[:0], s.quoted[:0], nil
	s.open, s.meta, s.last = false, false, ordinary
}

// Quoted adds text that was quoted.
func (s *Sink) Quoted(text string) {
	s.open = true
	switch {
	case s.Mode == Pattern:
		s.buf = match.AppendQuoted(s.buf, text)
		return
	case s.Mode == Split && s.Glob != nil && text != "":
		n := len(s.buf)
		s.quoted = append(s.quoted, span{n, n + len(text)})
	}
	s.buf = append(s.buf, text...)
}

// Literal adds unquoted text of the word itself.
func (s *Sink) Literal(text string) {
	if text == "" {
		return
	}
	s.open = true
	s.meta = s.meta || hasMeta(text)
	s.buf = append(s.buf, text...)
}

func hasMeta(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '?', '[', '(', '\\':
			return true
		}
	}
	return false
}

// Expanded adds the result of an unquoted expansion.
func (s *Sink) Expanded(text string) {
	if s.Mode != Split {
		if text != "" {
			s.open = true
			s.buf = append(s.buf, text...)
		}
		return
	}
	start := 0
	for i := 0; i < len(text); {
		n, c := 1, s.IFS.bytes[text[i]]
		if c == ordinary {
			if text[i] < 0x80 || s.IFS.wide == "" {
				i++
				continue
			}
			if n, c = s.IFS.next(text[i:]); c == ordinary {
				i++
				continue
			}
		}
		s.Literal(text[start:i])
		s.delimit(c)
		i += n
		start = i
	}
	s.Literal(text[start:])
}

func (s *Sink) delimit(c class) {
	switch {
	case s.open:
		s.close()
	case c == hard && s.last != white:
		s.Fields = append(s.Fields, "")
	case c == white: // leading, or after a delimiter that has taken it in
		return
	}
	s.last = c
}

// Break ends the open field, as between the parameters of $@.
func (s *Sink) Break() {
	if s.open {
		s.close()
	}
	s.last = ordinary
}

// Open begins a field even though nothing may come, as an empty "" does.
func (s *Sink) Open() { s.open = true }

func (s *Sink) close() {
	field := string(s.buf)
	var names []string
	if s.meta && s.Glob != nil {
		if p := s.pattern(); p != field || strings.ContainsAny(field, "*?[(") {
			names = s.Glob(p)
		}
	}
	if names != nil {
		s.Fields = append(s.Fields, names...)
	} else {
		s.Fields = append(s.Fields, field)
	}
	s.buf, s.quoted, s.open, s.meta = s.buf[:0], s.quoted[:0], false, false
}

// pattern is the open field with its quoted characters escaped.
func (s *Sink) pattern() string {
	if len(s.quoted) == 0 {
		return string(s.buf)
	}
	p := make([]byte, 0, len(s.buf)+8)
	at := 0
	for _, q := range s.quoted {
		p = append(p, s.buf[at:q.start]...)
		p = match.AppendQuoted(p, string(s.buf[q.start:q.end]))
		at = q.end
	}
	return string(append(p, s.buf[at:]...))
}

// Finish ends the word and returns its fields (Split), or its one string.
func (s *Sink) Finish() []string {
	if s.open {
		s.close()
	}
	return s.Fields
}

// Text is the string made in the modes Join and Pattern.
func (s *Sink) Text() string { return string(s.buf) }
