package expand

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// MaxBraceWords bounds the words that one brace expansion makes: beyond, memory
// is what ends.
const MaxBraceWords = 1 << 20

// ErrBraces is a brace expansion that would make more than MaxBraceWords words.
var ErrBraces = fmt.Errorf("brace expansion: more than %d words", MaxBraceWords)

// Braces returns the words that brace expansion makes of w: itself alone when
// there is none. It works on the tree, before all other expansions, as bash does.
// The error is ErrBraces.
func Braces(w *syntax.Word) ([]*syntax.Word, error) {
	found := false
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok && strings.IndexByte(l.Value, '{') >= 0 {
			found = true
		}
	}
	if !found {
		return []*syntax.Word{w}, nil
	}
	copied := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(copied) {
		return []*syntax.Word{w}, nil
	}
	if count(copied.Parts) > MaxBraceWords {
		return nil, ErrBraces
	}
	var words []*syntax.Word
	for _, parts := range product(copied.Parts) {
		if parts = merge(parts); !empty(parts) {
			words = append(words, &syntax.Word{Parts: parts})
		}
	}
	return words, nil
}

// count is the number of elements that product will return, or some number above
// MaxBraceWords.
func count(parts []syntax.WordPart) uint64 {
	n := uint64(1)
	for _, p := range parts {
		b, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		choices := uint64(0)
		if b.Sequence {
			choices = newSequence(b.Elems).count()
		} else {
			for _, e := range b.Elems {
				choices = min(choices+count(e.Parts), MaxBraceWords+1)
			}
		}
		// Neither factor is above MaxBraceWords+1.
		n = min(n*min(choices, MaxBraceWords+1), MaxBraceWords+1)
	}
	return n
}

// empty reports whether nothing is left of a word, not even quotes: such a word
// is no field.
func empty(parts []syntax.WordPart) bool {
	for _, p := range parts {
		if l, ok := p.(*syntax.Lit); !ok || l.Value != "" {
			return false
		}
	}
	return true
}

// product returns every way to choose one element of each brace expression.
func product(parts []syntax.WordPart) [][]syntax.WordPart {
	if len(parts) == 0 {
		return [][]syntax.WordPart{nil}
	}
	var heads [][]syntax.WordPart
	if b, ok := parts[0].(*syntax.BraceExp); ok {
		heads = choices(b)
	} else {
		heads = [][]syntax.WordPart{{parts[0]}}
	}
	var all [][]syntax.WordPart
	tails := product(parts[1:])
	for _, h := range heads {
		for _, t := range tails {
			all = append(all, append(h[:len(h):len(h)], t...))
		}
	}
	return all
}

func choices(b *syntax.BraceExp) (all [][]syntax.WordPart) {
	if !b.Sequence {
		for _, e := range b.Elems {
			all = append(all, product(e.Parts)...)
		}
		return all
	}
	for _, text := range newSequence(b.Elems).words() {
		all = append(all, []syntax.WordPart{&syntax.Lit{Value: text}})
	}
	return all
}

// A sequence is {from..to..step}, of numbers or of single characters.
type sequence struct {
	from, to int64
	step     uint64 // at least 1; its direction is that from from to to
	chars    bool
	width    int // of numbers with leading zeros
}

func newSequence(elems []*syntax.Word) sequence {
	from, to := elems[0].Lit(), elems[1].Lit()
	s := sequence{step: 1}
	if len(elems) > 2 {
		if n, _ := strconv.ParseInt(elems[2].Lit(), 10, 64); n < 0 {
			s.step = -uint64(n)
		} else if n > 0 {
			s.step = uint64(n)
		}
	}
	var err1, err2 error
	s.from, err1 = strconv.ParseInt(from, 10, 64)
	s.to, err2 = strconv.ParseInt(to, 10, 64)
	if s.chars = err1 != nil || err2 != nil; s.chars {
		s.from, s.to = int64(from[0]), int64(to[0])
	}
	if padded(from) || padded(to) {
		s.width = max(len(from), len(to))
	}
	return s
}

// count is the number of words, or MaxBraceWords+1 where there are more.
func (s sequence) count() uint64 {
	span := uint64(s.to) - uint64(s.from)
	if s.from > s.to {
		span = uint64(s.from) - uint64(s.to)
	}
	if n := span / s.step; n < MaxBraceWords {
		return n + 1
	}
	return MaxBraceWords + 1
}

func (s sequence) words() (out []string) {
	n := s.from
	for range s.count() {
		switch {
		case s.chars:
			out = append(out, string(rune(n)))
		case s.width > 0:
			out = append(out, fmt.Sprintf("%0*d", s.width, n))
		default:
			out = append(out, strconv.FormatInt(n, 10))
		}
		if s.from <= s.to {
			n += int64(s.step)
		} else {
			n -= int64(s.step)
		}
	}
	return out
}

func padded(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return len(s) > 1 && s[0] == '0'
}

// merge joins neighbouring literals, so that a tilde or a backslash in one sees
// what follows.
func merge(parts []syntax.WordPart) []syntax.WordPart {
	var out []syntax.WordPart
	for _, p := range parts {
		l, ok := p.(*syntax.Lit)
		if n := len(out); ok && n > 0 {
			if before, ok := out[n-1].(*syntax.Lit); ok {
				out[n-1] = &syntax.Lit{ValuePos: before.ValuePos, ValueEnd: l.ValueEnd, Value: before.Value + l.Value}
				continue
			}
		}
		if ok && l.Value == "" && len(parts) > 1 {
			continue
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		out = []syntax.WordPart{&syntax.SglQuoted{}}
	}
	return out
}
