package match

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// A matchCase is confirmed against the installed dash and bash, save for those
// named in not: they answer otherwise.
type matchCase struct {
	pattern, text string
	want          bool
	not           string
}

var matchCases = []matchCase{
	{"", "", true, ""},
	{"", "a", false, ""},
	{"abc", "abc", true, ""},
	{"abc", "abcd", false, ""},
	{"*", "", true, ""},
	{"*", "abc", true, ""},
	{"a*", "abc", true, ""},
	{"*c", "abc", true, ""},
	{"*b*", "abc", true, ""},
	{"a*b*c", "aXbYc", true, ""},
	{"a*b*c", "abcb", false, ""},
	{"ab*ba", "aba", false, ""},
	{"a**c", "abc", true, ""},
	{"*a*a*", "a", false, ""},
	{"?", "a", true, ""},
	{"?", "", false, ""},
	{"??", "ab", true, ""},
	{"*?", "", false, ""},
	{"*?", "x", true, ""},
	{"?*?", "x", false, ""},
	{`\*`, "*", true, ""},
	{`\*`, "a", false, ""},
	{`\a`, "a", true, ""},
	{`\\`, `\`, true, ""},
	{`a\`, `a\`, true, ""},
	{"[abc]", "b", true, ""},
	{"[abc]", "d", false, ""},
	{"[!abc]", "d", true, ""},
	{"[!abc]", "a", false, ""},
	{"[^abc]", "d", true, "dash"},
	{"[!abc]", "", false, ""},
	{"[a-c]", "b", true, ""},
	{"[a-c]", "-", false, ""},
	{"[a-]", "-", true, ""},
	{"[-a]", "-", true, ""},
	{"[]a]", "]", true, ""},
	{"[!]a]", "]", false, ""},
	{"[!]a]", "b", true, ""},
	{"[]-a]", "^", true, ""},
	{"[--0]", ".", true, ""},
	{"[c-a]", "b", false, ""},
	{`[\]]`, "]", true, ""},
	{`[a\-c]`, "b", false, ""},
	{`[a\-c]`, "-", true, ""},
	{`[\!a]`, "!", true, ""},
	{`[\!a]`, "b", false, ""},
	{"[", "[", true, ""},
	{"[a", "[a", true, ""},
	{"[]", "[]", true, ""},
	{"[!]", "[!]", true, ""},
	{"x[", "x[", true, ""},
	{"[a*", "[abc", true, ""},
	{"[[:alpha:]]", "x", true, ""},
	{"[[:alpha:]]", "1", false, ""},
	{"[[:alpha:][:digit:]]", "1", true, ""},
	{"[![:space:]]", " ", false, ""},
	{"[[:upper:]]", "a", false, ""},
	{"[[:punct:]]", "$", true, ""},
	{"[[:xdigit:]]", "G", false, ""},
	{"[[:blank:]]", "\t", true, ""},
	{"[[:cntrl:]]", "\x01", true, ""},
	{"[[:graph:]]", " ", false, ""},
	{"[[:print:]]", " ", true, ""},
	{"[[:alpha:]-z]", "-", true, ""},
	{"[:alpha:]", "a", true, ""},
	{"[:alpha:]", "z", false, ""},
	{"[[:alpha]", "[", true, "bash"},
	{"[[:nope:]]", "n", false, ""},
	{"[[.a.]]", "a", true, "dash"},
	{"[[.-.]]", "-", true, "dash"},
	{"[[.].]]", "]", true, "dash"},
	{"[[.hyphen.]]", "-", true, "dash"},
	{"[[.a.]-c]", "b", true, "dash"},
	{"[[=a=]]", "a", true, "dash"},
	{"[[=a=]]", "b", false, "dash"},
	{"[!a-z]*", "Abc", true, ""},
	{"*[!0-9]*", "123", false, ""},
	{"*[!0-9]*", "12a3", true, ""},
	{"a[/]b", "a/b", true, ""},
	{"-*", "-x", true, ""},
	{"*.[ch]", "x.c", true, ""},
	{"*.[ch]", "x.o", false, ""},
	{"é", "é", true, ""},
	{"*é*", "aéb", true, ""},
	{"?", "é", true, "dash"},
	{"[é]", "é", true, "dash"},
	{"[!a]", "é", true, "dash"},
	{"\xff*", "\xffa", true, ""},
	{"?a", "\xffa", true, ""},
	{"a\nb", "a\nb", true, ""},
	{"a*b", "a\nb", true, ""},
	{".*", ".x", true, ""},
	{"*", ".x", true, ""},
}

func TestMatch(t *testing.T) {
	for _, c := range matchCases {
		if got := Compile(c.pattern, Options{}).Match(c.text); got != c.want {
			t.Errorf("%q matches %q: %v", c.pattern, c.text, got)
		}
		// With a group that changes nothing the other engine must agree.
		if c.pattern != `a\` && !strings.HasPrefix(c.pattern, "[") && !strings.HasSuffix(c.pattern, "[") {
			p := Compile(c.pattern+"@()", Options{Extglob: true})
			if got := p.Match(c.text); got != c.want {
				t.Errorf("%q with a group matches %q: %v", c.pattern, c.text, got)
			}
		}
	}
}

// An edgeCase is what ${text#p}, ${text##p}, ${text%p} and ${text%%p} leave.
var edgeCases = []struct {
	pattern, text                        string
	prefix, prefixMax, suffix, suffixMax string
}{
	{"*/", "/usr/local/bin", "usr/local/bin", "bin", "/usr/local/bin", "/usr/local/bin"},
	{"/*", "/usr/local/bin", "usr/local/bin", "", "/usr/local", ""},
	{".*", "a.tar.gz", "a.tar.gz", "a.tar.gz", "a.tar", "a"},
	{"*.", "a.tar.gz", "tar.gz", "gz", "a.tar.gz", "a.tar.gz"},
	{"*", "abc", "abc", "", "abc", ""},
	{"?", "abc", "bc", "bc", "ab", "ab"},
	{"??*", "abcd", "cd", "", "ab", ""},
	{"*b", "abab", "ab", "", "aba", ""},
	{"a*", "abab", "bab", "", "ab", ""},
	{"a*b", "aabab", "ab", "", "aab", ""},
	{"[!0-9]*", "12ab3", "12ab3", "12ab3", "12a", "12"},
	{"[0-9]", "12", "2", "2", "1", "1"},
	{"x", "abc", "abc", "abc", "abc", "abc"},
	{"abc", "abc", "", "", "", ""},
	{"", "abc", "abc", "abc", "abc", "abc"},
	{"*b*", "abcb", "cb", "", "abc", ""},
	{"b*c*", "abcbc", "abcbc", "abcbc", "abc", "a"},
}

func TestEdges(t *testing.T) {
	for _, c := range edgeCases {
		for _, p := range []*Pattern{
			Compile(c.pattern, Options{}),
			Compile("@("+c.pattern+")", Options{Extglob: true}),
		} {
			got := trims(p, c.text)
			want := [4]string{c.prefix, c.prefixMax, c.suffix, c.suffixMax}
			if got != want {
				t.Errorf("%q against %q: got %q, want %q", c.pattern, c.text, got, want)
			}
		}
	}
}

func trims(p *Pattern, s string) [4]string {
	out := [4]string{s, s, s, s}
	for i, longest := range []bool{false, true} {
		if n := p.Prefix(s, longest); n >= 0 {
			out[i] = s[n:]
		}
		if n := p.Suffix(s, longest); n >= 0 {
			out[2+i] = s[:n]
		}
	}
	return out
}

// extglobCases are confirmed against bash with extglob on.
var extglobCases = []matchCase{
	{"@(a|b)", "b", true, ""},
	{"@(a|b)", "ab", false, ""},
	{"?(a|b)c", "c", true, ""},
	{"?(a|b)c", "abc", false, ""},
	{"*(a|b)", "", true, ""},
	{"*(a|b)", "abba", true, ""},
	{"*(a|b)", "abca", false, ""},
	{"+(a|b)", "", false, ""},
	{"+([0-9])", "123", true, ""},
	{"+([0-9]).txt", "12.txt", true, ""},
	{"!(a|b)", "a", false, ""},
	{"!(a|b)", "ab", true, ""},
	{"!(a|b)", "", true, ""},
	{"!(*.c)", "x.c", false, ""},
	{"!(*.c)", "x.h", true, ""},
	{"*!(.c)", "x.c", true, ""},
	{"a!(b)c", "abc", false, ""},
	{"a!(b)c", "abbc", true, ""},
	{"@(a|b*(c))d", "bccd", true, ""},
	{"@(+(a)|b)c", "aac", true, ""},
	{"*(*(a))", "aaa", true, ""},
	{"*(a|ab)(b)", "x", false, ""},
	{"@()", "", true, ""},
	{"@(a|)", "", true, ""},
	{"@(a", "@(a", true, ""},
	{"@(a|b", "@(a|b", true, ""},
	{"a|b", "a|b", true, ""},
	{"@(a(b)c)", "a(b)c", true, ""},
	{`@(\||b)`, "|", true, ""},
	{`\@(a)`, "@(a)", true, ""},
	{"@([|)])", ")", true, ""},
	{"*.@(jpg|png)", "x.png", true, ""},
}

func TestExtglob(t *testing.T) {
	for _, c := range extglobCases {
		if got := Compile(c.pattern, Options{Extglob: true}).Match(c.text); got != c.want {
			t.Errorf("%q matches %q: %v", c.pattern, c.text, got)
		}
	}
}

// TestPeers asks the installed shells, so that the tables above are theirs and
// not this package's opinion.
func TestPeers(t *testing.T) {
	for _, peer := range []struct {
		name  string
		args  []string
		cases []matchCase
	}{
		{"dash", nil, matchCases},
		{"bash", nil, matchCases},
		{"bash", []string{"-O", "extglob"}, extglobCases},
	} {
		path, err := exec.LookPath(peer.name)
		if err != nil {
			t.Logf("%s is not installed", peer.name)
			continue
		}
		cmd := exec.Command(path, append(peer.args, "-c",
			`while [ $# -gt 0 ]; do case $2 in $1) printf y;; *) printf n;; esac; shift 2; done`, peer.name)...)
		cmd.Env = []string{"LC_ALL=C.UTF-8"}
		for _, c := range peer.cases {
			cmd.Args = append(cmd.Args, c.pattern, c.text)
		}
		out, err := cmd.Output()
		if err != nil || len(out) != len(peer.cases) {
			t.Fatalf("%s: %d answers for %d cases, %v", peer.name, len(out), len(peer.cases), err)
		}
		for i, c := range peer.cases {
			if got := out[i] == 'y'; got != c.want && c.not != peer.name {
				t.Errorf("%s: %q matches %q: %v", peer.name, c.pattern, c.text, got)
			}
		}
	}
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		pattern, text, want string
	}{
		{"b", "abcb", "a[b]cb"},
		{"*b", "abcbd", "[abcb]d"},
		{"b*", "abc", "a[bc]"},
		{"b?", "abb", "a[bb]"},
		{"[0-9]", "ab1", "ab[1]"},
		{"x", "abc", "-"},
		{"b*x", "abc", "-"},
		{"é", "aé", "a[é]"},
		{"", "abc", "[]abc"},
		{"@(b|bc)", "abcd", "a[bc]d"},
		{"+(b)", "abbbc", "a[bbb]c"},
	} {
		p := Compile(c.pattern, Options{Extglob: true})
		got := "-"
		if i, j := p.Find(c.text, 0); i >= 0 {
			got = fmt.Sprintf("%s[%s]%s", c.text[:i], c.text[i:j], c.text[j:])
		}
		if got != c.want {
			t.Errorf("%q in %q: %s, want %s", c.pattern, c.text, got, c.want)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		opt           Options
		want          bool
	}{
		{"*", ".x", Options{Period: true}, false},
		{"?x", ".x", Options{Period: true}, false},
		{"[.]x", ".x", Options{Period: true}, false},
		{".*", ".x", Options{Period: true}, true},
		{`\.*`, ".x", Options{Period: true}, true},
		{"x*", "x.y", Options{Period: true}, true},
		{"@(.*|a)", ".x", Options{Period: true, Extglob: true}, true},
		{"!(a)", ".x", Options{Period: true, Extglob: true}, false},
		{"*@(x)", ".x", Options{Period: true, Extglob: true}, false},
		{"ABc*", "abCd", Options{NoCase: true}, true},
		{"[a-c]", "B", Options{NoCase: true}, true},
		{"[!a-c]", "B", Options{NoCase: true}, false},
		{"É", "é", Options{NoCase: true}, true},
	} {
		if got := Compile(c.pattern, c.opt).Match(c.text); got != c.want {
			t.Errorf("%q with %+v matches %q: %v", c.pattern, c.opt, c.text, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, s := range []string{"", "a", `*?[]\!-^`, "@(a|b)", "[[:alpha:]]", "é*", "\xff["} {
		q := Quote(s)
		if !Compile(q, Options{Extglob: true}).Match(s) || Unquote(q) != s || HasMeta(q, true) {
			t.Errorf("%q quoted is %q", s, q)
		}
		if inner := "[" + Quote("]a-z!") + "]"; Compile(inner, Options{}).Match("b") {
			t.Errorf("%q is a range", inner)
		}
	}
}

// TestHard holds patterns that make a backtracking matcher take for ever.
func TestHard(t *testing.T) {
	const n = 4000
	text := strings.Repeat("a", n)
	for _, pattern := range []string{
		strings.Repeat("*a", 500) + "b",
		strings.Repeat("*[ab]", 200) + "c",
		"*(*(a))b",
		"+(a|aa|aaa)b",
		strings.Repeat("@(", 5000),
		strings.Repeat("@(", 5000) + strings.Repeat(")", 5000),
		strings.Repeat("[", 5000),
		strings.Repeat("[[:", 500) + "]",
	} {
		p := Compile(pattern, Options{Extglob: true})
		if p.Match(text) || p.Prefix(text, true) > n || p.Suffix(text, true) > n {
			t.Errorf("%.20q matches", pattern)
		}
	}
}

// naive is the definition of matching, on the compiled nodes.
func naive(nodes []node, s string) bool {
	if len(nodes) == 0 {
		return s == ""
	}
	n := &nodes[0]
	switch n.kind {
	case nodeStar:
		for i := 0; ; _, i = next(s, i) {
			if naive(nodes[1:], s[i:]) {
				return true
			}
			if i == len(s) {
				return false
			}
		}
	case nodeItem:
		end := n.at(s, 0)
		return end >= 0 && naive(nodes[1:], s[end:])
	}
	panic("no groups here")
}

func FuzzMatch(f *testing.F) {
	for _, c := range append(matchCases, extglobCases...) {
		f.Add(c.pattern, c.text)
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 20 || len(text) > 40 {
			return
		}
		p := Compile(pattern, Options{})
		nodes := newCompiler(pattern, Options{}).sequence(0)
		if got, want := p.Match(text), naive(nodes, text); got != want {
			t.Fatalf("%q matches %q: %v", pattern, text, got)
		}
		// Both engines against the definition: which starts and ends match?
		scan := newScan(text, false)
		ends, starts := scan.forward(nodes, 0), scan.backward(nodes, len(text))
		for _, p := range []*Pattern{p, {nodes: nodes, groups: true}} {
			if got := [4]int{p.Prefix(text, false), p.Prefix(text, true), p.Suffix(text, true), p.Suffix(text, false)}; got !=
				[4]int{ends.min(), ends.max(), starts.min(), starts.max()} {
				t.Fatalf("%q against %q: %v", pattern, text, got)
			}
		}
		for i := scan.bounds.min(); i >= 0; i = scan.bounds.after(i) {
			if ends.has(i) != naive(nodes, text[:i]) || starts.has(i) != naive(nodes, text[i:]) {
				t.Fatalf("%q against %q at %d", pattern, text, i)
			}
		}
		ext := Compile(pattern, Options{Extglob: true, NoCase: true, Period: true})
		ext.Match(text)
		if i, j := ext.Find(text, 0); i > j || j > len(text) {
			t.Fatalf("%q found in %q at %d to %d", pattern, text, i, j)
		}
		if !Compile(Quote(text), Options{Extglob: true}).Match(text) {
			t.Fatalf("%q quoted does not match itself", text)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	p, q := Compile("*.c", Options{}), Compile("[a-f]*[!0-9]x?", Options{})
	for b.Loop() {
		if p.Match("main.h") || !q.Match("abcdefxy") {
			b.Fatal("wrong")
		}
	}
}
