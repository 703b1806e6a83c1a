package parse

import (
	"strings"
	"testing"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// Any text is parsed or refused, without a panic, in both languages; and what is
// printed of a tree is parsed again.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"echo $((a+$(b)))", "a(){ b;};a", "case x in (a|b) c;; esac", "cat <<-'E' <<F\n\ta\nE\n$b\nF\n",
		"${#-} ${##} ${x:-\"${y}\"} ${a[1]} ${x/a/b}", "a=(1 [2]=3) b[1]=2", "[[ a =~ (b|c) && -f d ]]",
		"`a \\`b\\``", "\"$(a \"b\")\" $'c\\'d'", "((a)) || ((b);c)", "!(a)", "@(a|b", "for((;;)){ a;}",
		"if a\nthen b\nelif c\nthen d\nelse e\nfi", "a\\\nb &\\\n& c", "ll;ll", "{fd}>a 2>&1 <&-", "$[1+2] ${ a;} ${|b;}",
	} {
		f.Add(s)
	}
	aliases := map[string]string{"ll": "ls -l ", "x": "x y;", "e": "\"", "h": "cat <<E"}
	f.Fuzz(func(t *testing.T, src string) {
		for _, strict := range []bool{false, true} {
			opt := Options{Strict: strict, Alias: func(n string) (string, bool) { v, ok := aliases[n]; return v, ok }}
			stmts, err := All(src, opt)
			if err != nil {
				continue
			}
			var b strings.Builder
			_ = syntax.NewPrinter().Print(&b, &syntax.File{Stmts: stmts})
		}
	})
}

// Long and deep texts take time in proportion to their length.
func TestHuge(t *testing.T) {
	const n = 1 << 20
	tests := map[string]string{
		"a line":            "echo " + strings.Repeat("word ", 2*n),
		"a word":            strings.Repeat("x", 10*n),
		"a quoted string":   "echo '" + strings.Repeat("x\n", 5*n) + "'",
		"many lines":        strings.Repeat("echo a b c; x=$((1+2))\n", 100000),
		"a here-document":   "cat <<E\n" + strings.Repeat("text $x\n", n) + "E\n",
		"one function":      "f() {\n" + strings.Repeat("echo a b c\n", 200000) + "}\n",
		"one pipeline":      "a" + strings.Repeat("|a", n),
		"open parentheses":  strings.Repeat("(", n),
		"open arithmetic":   strings.Repeat("$((", n),
		"half arithmetic":   strings.Repeat("$(( (a); ", 1000) + strings.Repeat(")", 2000),
		"open expansions":   strings.Repeat("${x-", n),
		"open quotes":       strings.Repeat("\"$(", n),
		"open backquotes":   strings.Repeat("`\\", n),
		"subscripts":        strings.Repeat("a[", n) + "]=",
		"escaped newlines":  "echo " + strings.Repeat("\\\n", n) + "a",
		"nested backquotes": strings.Repeat("`a ", 5000),
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			go func() {
				_, _ = All(src, Options{})
				close(done)
			}()
			select {
			case <-done:
			case <-time.After(time.Minute):
				t.Fatal("still parsing after a minute")
			}
		})
	}
}
