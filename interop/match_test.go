package interop

import (
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		separator  byte
		want       bool
	}{
		{"", "", 0, true}, {"", "a", 0, false}, {"a", "a", 0, true}, {"a", "ab", 0, false},
		{"*", "", 0, true}, {"*", "a/b", 0, true}, {"*", "a/b", '/', false}, {"**", "a/b", '/', true},
		{"a?c", "abc", '/', true}, {"a?c", "a/c", '/', false}, {"a?c", "a/c", 0, true},
		{"/usr/*/x", "/usr/bin/x", '/', true}, {"/usr/*/x", "/usr/a/b/x", '/', false}, {"/usr/**/x", "/usr/a/b/x", '/', true},
		{`\*`, "*", 0, true}, {`\*`, "a", 0, false}, {`a\`, `a\`, 0, true},
		{"*.exe", "a.exe", '/', true}, {"*\xff", "a\xff", 0, true},
	} {
		if got := Match(c.pattern, c.s, c.separator); got != c.want {
			t.Errorf("Match(%q, %q, %q) = %v", c.pattern, c.s, c.separator, got)
		}
	}
	// An instance chooses the arguments: no pattern may take exponential time.
	if Match(strings.Repeat("*a", 200), strings.Repeat("a", 2000)+"b", 0) {
		t.Error("matched")
	}
}

func TestMatchArgs(t *testing.T) {
	for _, c := range []struct {
		patterns, args string
		want           bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a *", "a b/c", true}, {"a *", "a", false},
		{"**", "", true}, {"**", "a b", true}, {"a **", "a", true}, {"** b", "a b", true}, {"** b", "b a", false},
		{"** b **", "a b c", true}, {"** b **", "a c", false},
	} {
		if got := matchArgs(strings.Fields(c.patterns), strings.Fields(c.args)); got != c.want {
			t.Errorf("%q against %q: %v", c.patterns, c.args, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b?**", "axb/yz")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 100 || len(s) > 1000 {
			return
		}
		if !Match(escape(s), s, '/') {
			t.Errorf("%q does not match itself", s)
		}
		if Match(pattern, s, '/') && !Match(pattern, s, 0) {
			t.Errorf("%q matches %q only with a separator", pattern, s)
		}
	})
}
