package expand

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// Words that would fill the memory are an error before any of them is made.
func TestTooManyBraces(t *testing.T) {
	for text, most := range map[string]bool{
		"{1..1048576}": false,
		"{1..1048577}": true,
		"{-9223372036854775808..9223372036854775807}":          true,
		"{1..9223372036854775807..9223372036854775807}":        false,
		"{1..1000}{1..1000}":                                   false,
		"{1..1025}{1..1024}":                                   true,
		strings.Repeat("{a,b}", 30):                            true,
		"{" + strings.Repeat("{1..1000000},", 2) + "x}":        true,
		"{1..1048576}{1..1048576}{1..1048576}{1..1048576}{,}x": true,
	} {
		words, err := Braces(&syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{Value: text}}})
		if (err != nil) != most {
			t.Errorf("%.60s: %d words, error %v", text, len(words), err)
		}
	}
}
