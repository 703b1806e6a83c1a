package expand

import (
	"fmt"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Braces returns the words that brace expansion makes of w: itself alone when
// there is none. It works on the tree, before all other expansions, as bash does.
func Braces(w *syntax.Word) []*syntax.Word {
	found := false
	for _, p := range w.Parts {
		if l, ok := p.(*syntax.Lit); ok && strings.IndexByte(l.Value, '{') >= 0 {
			found = true
		}
	}
	if !found {
		return []*syntax.Word{w}
	}
	copied := &syntax.Word{Parts: append([]syntax.WordPart(nil), w.Parts...)}
	if !syntax.SplitBraces(copied) {
		return []*syntax.Word{w}
	}
	var words []*syntax.Word
	for _, parts := range product(copied.Parts) {
		if parts = merge(parts); !empty(parts) {
			words = append(words, &syntax.Word{Parts: parts})
		}
	}
	return words
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
	for _, text := range sequence(b.Elems) {
		all = append(all, []syntax.WordPart{&syntax.Lit{Value: text}})
	}
	return all
}

// sequence is {from..to..step}, of numbers or of single characters.
func sequence(elems []*syntax.Word) []string {
	from, to := elems[0].Lit(), elems[1].Lit()
	step := int64(0)
	if len(elems) > 2 {
		step, _ = strconv.ParseInt(elems[2].Lit(), 10, 64)
	}
	a, err1 := strconv.ParseInt(from, 10, 64)
	z, err2 := strconv.ParseInt(to, 10, 64)
	chars := err1 != nil || err2 != nil
	if chars {
		a, z = int64(from[0]), int64(to[0])
	}
	if step < 0 {
		step = -step
	}
	if step == 0 {
		step = 1
	}
	width := 0
	if padded(from) || padded(to) {
		width = max(len(from), len(to))
	}
	const most = 1 << 20 // words; beyond, memory is what ends
	var out []string
	for n := a; len(out) < most && (a <= z && n <= z || a > z && n >= z); {
		switch {
		case chars:
			out = append(out, string(rune(n)))
		case width > 0:
			out = append(out, fmt.Sprintf("%0*d", width, n))
		default:
			out = append(out, strconv.FormatInt(n, 10))
		}
		if a <= z {
			n += step
		} else {
			n -= step
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
