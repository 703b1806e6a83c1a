package parse

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"
)

// printed parses src and prints the tree in syntax's own form.
func printed(t *testing.T, src string, opt Options) (string, error) {
	t.Helper()
	stmts, err := All(src, opt)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := syntax.NewPrinter().Print(&b, &syntax.File{Stmts: stmts}); err != nil {
		t.Fatal(err)
	}
	return b.String(), nil
}

func TestPrinted(t *testing.T) {
	tests := []struct{ src, want string }{
		{"echo a  b\\\nc", "echo a bc\n"},
		{"a && b || c", "a && b || c\n"},
		{"! a | b", "! a | b\n"},
		{"a &\nb;c", "a &\nb\nc\n"},
		{"a &\\\n& b", "a &&\n\tb\n"},
		{"a >\\\n> b", "a >> \\\n\tb\n"},
		{"echo $\\\n(\\\n(1)\\\n) $\\\n{x}", "echo $((\\\n1)) \\\n\t${x}\n"},
		{"export() { a; }; readonly () (b)", "export() { a; }\nreadonly() (b)\n"},
		{"f() { a; }", "f() { a; }\n"},
		{"if a; then b; elif c; then d; else e; fi", "if a; then b; elif c; then d; else e; fi\n"},
		{"while a; do b; done", "while a; do b; done\n"},
		{"for i in 1 2; do b; done >x", "for i in 1 2; do b; done >x\n"},
		{"for i do b; done", "for i; do b; done\n"},
		{"case a in (b|c) d;; e) esac", "case a in b | c) d ;; e) ;; esac\n"},
		{"echo $((a$op b))", "echo $((a$op b))\n"},
		{"echo $((a+(b*c)))", "echo $((a+(b*c)))\n"},
		{"echo $((a); b)", "echo $(\n\t(a)\n\tb\n)\n"},
		{"((a)) && ((b); c)", "((a)) && (\n\t(b)\n\tc\n)\n"},
		{"echo ${x#\"a\"} \"${x-'b'}\" ${#x} ${#} ${#-} ${#-x} ${##}", "echo ${x#\"a\"} \"${x-'b'}\" ${#x} ${#} ${#-} ${#-x} ${##}\n"},
		{"cat <<E$x\nfoo $x\nE$x\n", "cat <<E$x\nfoo $x\nE$x\n"},
		{"cat <<'E'; b\nfoo $x\nE\nc", "cat <<'E'\nfoo $x\nE\nb\nc\n"},
		{"a 2>&1 <&- >|f", "a 2>&1 <&- >|f\n"},
		{"a=1 b[2]=3 c=(x [4]=y) d+=z", "a=1 b[2]=3 c=(x [4]=y) d+=z\n"},
		{"[[ -f a && $b == *.c || ! ( x -nt y ) ]]", "[[ -f a && $b == *.c || ! (x -nt y) ]]\n"},
		{"[[ $a =~ ^(a b|c)$ ]]", "[[ $a =~ ^(a b|c)$ ]]\n"},
		{"echo @(a|b) !(x)y", "echo @(a|b) !(x)y\n"},
		{"if !(a); then b; fi", "if ! (a); then b; fi\n"},
		{"for ((i=0; i<3; i++)); do a; done", "for ((i=0; i<3; i++)); do a; done\n"},
		{"diff <(a) >(b)", "diff <(a) >(b)\n"},
		{"echo `a \\`b\\``", "echo $(a $(b))\n"},
		{"echo \"`a \\\"b\\\"`\"", "echo \"$(a \"b\")\"\n"},
		{"export a=$b c", "export a=$b c\n"},
		{"a |& b &> c", "a |& b &>c\n"},
		{"function f { a; }", "function f { a; }\n"},
		{"echo $'a\\'b' $\"c\"", "echo $'a\\'b' $\"c\"\n"},
		{"echo ${a[1]} ${a[@]} ${x:1:2} ${x/a/b} ${x//a} ${x^^} ${!x} ${!x@} ${x@Q}", "echo ${a[1]} ${a[@]} ${x:1:2} ${x/a/b} ${x//a/} ${x^^} ${!x} ${!x@} ${x@Q}\n"},
		{"echo ${ a; }", "echo ${ a;}\n"},
		{"coproc x { a; }", "coproc x { a; }\n"},
		{"time -p a | b", "time -p a | b\n"},
		{"</dev/null if", "</dev/null if\n"},
		{"echo \xfe\x80 a\x00b", "echo \xfe\x80 ab\n"},
		{"# only a comment", "\n"},
		{"echo a#b # c", "echo a#b\n"},
	}
	for _, tt := range tests {
		got, err := printed(t, tt.src, Options{})
		if err != nil {
			t.Errorf("%q: %v", tt.src, err)
		} else if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ src, want string }{
		{"a\nif b; fi", `s: line 2: syntax error: "fi" unexpected (expecting "then")`},
		{"echo 'a\nb", `s: line 1: syntax error: unterminated quoted string`},
		{"a\necho \"b", `s: line 2: syntax error: unterminated quoted string`},
		{"echo $(a", `s: line 1: syntax error: unterminated command substitution`},
		{"echo $((1+", `s: line 1: syntax error: unterminated arithmetic expansion`},
		{"echo ${a", `s: line 1: syntax error: unterminated parameter expansion`},
		{"a )", `s: line 1: syntax error: ")" unexpected`},
		{"{ }", `s: line 1: syntax error: "}" unexpected (expecting "}")`},
		{"a && ", `s: line 1: syntax error: end of file unexpected`},
		{"a ;; b", `s: line 1: syntax error: ";;" unexpected`},
		{"| a", `s: line 1: syntax error: "|" unexpected`},
		{"a >", `s: line 1: syntax error: end of file unexpected (expecting "file name")`},
		{"a >;", `s: line 1: syntax error: ";" unexpected (expecting "file name")`},
		{"while a\ndo b\n", `s: line 3: syntax error: end of file unexpected (expecting "done")`},
		{"for 1 in a; do b; done", `s: line 1: syntax error: "1" unexpected (expecting "name")`},
		{"( a", `s: line 1: syntax error: end of file unexpected (expecting ")")`},
		{"echo `a", `s: line 1: syntax error: unterminated command substitution`},
		{"f() a", `s: line 1: syntax error: "a" unexpected (expecting "{")`},
	}
	for _, tt := range tests {
		_, err := All(tt.src, Options{Name: "s"})
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q: got %v, want %s", tt.src, err, tt.want)
		}
	}
}

func TestAliases(t *testing.T) {
	aliases := map[string]string{
		"ll": "ls -l", "e": "echo ", "i": "if true; then", "x": "x y", "p": "a |", "two": "a\nb",
		"q": "r ", "r": "s", "nl": "", "sub": "(a;", "bq": "echo `bq`", "op": "&& b", "cm": "a #",
		"fx": "for x ", "w": " in ", "case": "in 1;", "c": "case a ", "for": " ;\n do", "do": "?", "in": "bad",
		"chain": "w2 ", "w2": "e x2 ", "x2": ". ", "hd": "cat << ", "end": " \\E ", "back": "a\\", "nb": "a\\\n",
	}
	opt := Options{Alias: func(name string) (string, bool) { v, ok := aliases[name]; return v, ok }}
	tests := []struct{ src, want string }{
		{"ll a", "ls -l a\n"},
		{"e ll ll", "echo ls -l ll\n"},
		{"i a; fi", "if true; then a; fi\n"},
		{"x", "x y\n"},
		{"p ll", "a | ls -l\n"},
		{"two c", "a\nb c\n"},
		{"q ll", "s ls -l\n"},
		{"nl ll", "ls -l\n"},
		{"sub b)", "(\n\ta\n\tb\n)\n"},
		{"bq", "echo $(bq)\n"},
		{"'ll' \\ll \"ll\"", "'ll' \\ll \"ll\"\n"},
		{"a=1 ll; <f ll", "a=1 ls -l\n<f ls -l\n"},
		{"echo ll; for ll in ll; do ll; done", "echo ll\nfor ll in ll; do ls -l; done\n"},
		{"cm b", "a\n"},
		{"fx w 1; do a; done", "for x in 1; do a; done\n"},
		{"fx case do a; done", "for x in 1; do a; done\n"},
		{"fx in case; do a; done", "for x in case; do a; done\n"},
		{"fx for a; done", "for x; do a; done\n"},
		{"fx do a; done", "for x; do a; done\n"},
		{"c w a) b;; esac", "case a in a) b ;; esac\n"},
		{"chain x2 ll", "echo . . ls -l\n"},
		{"hd end\n$x\nE\n", "cat <<'E'\n$x\nE\n"},
		{"back\nb; nb b", "ab\na b\n"},
		{"{ ll; }; (ll); ! ll; $(ll; `ll`); if ll; then ll; fi", "{ ls -l; }\n(ls -l)\n! ls -l\n$(\n\tll\n\t$(ll)\n)\nif ls -l; then ls -l; fi\n"},
	}
	for _, tt := range tests {
		got, err := printed(t, tt.src, opt)
		if err != nil {
			t.Errorf("%q: %v", tt.src, err)
		} else if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

// In a here-document, dash takes \" inside of backquotes for ", and bash does not.
func TestBackquotes(t *testing.T) {
	const src = "cat <<E\n`a \\\"b\\\"` \\\"\nE\n"
	for strict, want := range map[bool]string{true: `$(a "b") \"`, false: `$(a \"b\") \"`} {
		got, err := printed(t, src, Options{Strict: strict})
		if err != nil || got != "cat <<E\n"+want+"\nE\n" {
			t.Errorf("strict %v: got %q, %v, want %q", strict, got, err, want)
		}
	}
}

// An alias that one command defines counts from the next line on, and a parser
// never asks for a line beyond the command that it returns.
func TestByLine(t *testing.T) {
	var aliases = map[string]string{}
	lines := []string{"one; one\n", "one\n", "cat <<E\n", "text\n", "E\n", "if a\n", "then b; fi\n", "last"}
	src := &countingSource{lines: lines}
	p := New(src, Options{Alias: func(n string) (string, bool) { v, ok := aliases[n]; return v, ok }})
	for i, want := range []struct{ line, read int }{{1, 1}, {2, 2}, {3, 5}, {6, 7}, {8, 8}} {
		stmts, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got := int(stmts[0].Pos().Line()); got != want.line || src.read != want.read {
			t.Errorf("command %d: at line %d after %d lines, want %d and %d", i, got, src.read, want.line, want.read)
		}
		if i == 1 && len(stmts[0].Cmd.(*syntax.CallExpr).Args) != 2 {
			t.Error("an alias of an earlier line was not used")
		}
		aliases["one"] = "one two"
	}
	if _, err := p.Next(); err != io.EOF {
		t.Errorf("got %v at the end, want EOF", err)
	}
	if want := "tttfftftf"; src.first[:len(want)] != want {
		t.Errorf("first lines: got %s, want %s", src.first, want)
	}
}

type countingSource struct {
	lines []string
	read  int
	first string
}

func (s *countingSource) ReadLine(first bool) (string, error) {
	s.first += map[bool]string{true: "t", false: "f"}[first]
	if s.read == len(s.lines) {
		return "", io.EOF
	}
	s.read++
	return s.lines[s.read-1], nil
}

// After an error, parsing goes on with the next line.
func TestGoesOn(t *testing.T) {
	p := New(String("a\n)b; c\nd\n"), Options{})
	var got []string
	for {
		stmts, err := p.Next()
		if err == io.EOF {
			break
		}
		var se *SyntaxError
		if errors.As(err, &se) {
			got = append(got, "error")
			continue
		}
		got = append(got, stmts[0].Cmd.(*syntax.CallExpr).Args[0].Lit())
	}
	if s := strings.Join(got, " "); s != "a error d" {
		t.Errorf("got %s", s)
	}
}

// Every script of the system that dash or bash accepts is accepted, and what is
// printed of it is accepted again and printed the same.
func TestSystemScripts(t *testing.T) {
	var files []string
	for _, glob := range []string{"/usr/bin/*", "/usr/sbin/*", "/etc/init.d/*", "/var/lib/dpkg/info/*.postinst",
		"/usr/share/bash-completion/completions/*", "/usr/share/debootstrap/*"} {
		m, _ := filepath.Glob(glob)
		files = append(files, m...)
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	n := 0
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 {
			continue
		}
		text, err := os.ReadFile(f)
		head, _, _ := strings.Cut(string(text), "\n")
		script := strings.HasPrefix(head, "#!") && (strings.HasSuffix(head, "sh") || strings.HasSuffix(head, "sh -e"))
		if err != nil || !script && !strings.Contains(f, "completions") && !strings.Contains(f, "debootstrap") {
			continue
		}
		n++
		first, err := printed(t, string(text), Options{})
		if err != nil {
			if exec.Command(bash, "-O", "extglob", "-n", f).Run() == nil {
				t.Errorf("%s: %v", f, err)
			}
			continue
		}
		second, err := printed(t, first, Options{})
		if err != nil {
			t.Errorf("%s, printed: %v", f, err)
		} else if third, err := printed(t, second, Options{}); err != nil || third != second {
			t.Errorf("%s: prints differently every time (%v)", f, err)
		}
	}
	t.Logf("%d scripts", n)
}
