package builtin

import (
	"strings"
	"unicode/utf8"
)

// splitFields splits a line of input by the rules of POSIX XCU 2.6.5 into at most
// the given number of fields (-1: no limit). The last one is the rest of the
// line as it stands, without white space of IFS at its end, and without its
// delimiter when that is the only thing behind it.
func splitFields(t text, ifs string, most int) []string {
	s := splitter{text: t, ifs: ifs}
	s.skipWhite()
	var fields []string
	for s.pos < len(t.bytes) {
		start := s.pos
		end := s.field()
		if most >= 0 && len(fields) == most-1 && s.pos < len(t.bytes) {
			return append(fields, string(t.bytes[start:s.trimEnd(start)]))
		}
		fields = append(fields, string(t.bytes[start:end]))
	}
	return fields
}

type splitter struct {
	text
	ifs string
	pos int
}

// delimiter returns the length of the IFS character at i, 0 when there is none,
// and whether it is white space.
func (s *splitter) delimiter(i int) (n int, white bool) {
	if i >= len(s.bytes) || s.isEscaped(i) {
		return 0, false
	}
	c := s.bytes[i]
	if c < utf8.RuneSelf {
		if strings.IndexByte(s.ifs, c) < 0 {
			return 0, false
		}
		return 1, c == ' ' || c == '\t' || c == '\n'
	}
	if _, n = utf8.DecodeRune(s.bytes[i:]); strings.Contains(s.ifs, string(s.bytes[i:i+n])) {
		return n, false
	}
	return 0, false
}

func (s *splitter) skipWhite() {
	for {
		if _, white := s.delimiter(s.pos); !white {
			return
		}
		s.pos++
	}
}

// field goes over one field and the delimiter behind it, and returns where the
// field ends.
func (s *splitter) field() (end int) {
	n := 0
	for ; s.pos < len(s.bytes); s.pos++ {
		if n, _ = s.delimiter(s.pos); n > 0 {
			break
		}
	}
	end = s.pos
	s.skipWhite()
	if n, white := s.delimiter(s.pos); n > 0 && !white {
		s.pos += n
		s.skipWhite()
	}
	return end
}

// trimEnd is the end of the line without white space of IFS.
func (s *splitter) trimEnd(start int) int {
	end := len(s.bytes)
	for end > start {
		if _, white := s.delimiter(end - 1); !white {
			break
		}
		end--
	}
	return end
}
