package parse

import (
	"io"
	"strings"
)

// A Source gives the text of a script by lines.
type Source interface {
	// ReadLine returns the next line with its newline, or what is left before
	// the end without one, and io.EOF after that. first is true where a
	// command begins (a prompt is PS1) and false inside of one (PS2).
	ReadLine(first bool) (string, error)
}

// String is a [Source] for text that is at hand.
func String(text string) Source { return &stringSource{text} }

type stringSource struct{ rest string }

func (s *stringSource) ReadLine(bool) (string, error) {
	if s.rest == "" {
		return "", io.EOF
	}
	end := strings.IndexByte(s.rest, '\n') + 1
	if end == 0 {
		end = len(s.rest)
	}
	line := s.rest[:end]
	s.rest = s.rest[end:]
	return line, nil
}
