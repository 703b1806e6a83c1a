package eval_test

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/builtin"
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/parse"
)

// nowhere is a World in which nothing runs and every file is empty.
type nowhere struct{}

func (nowhere) Name() string                   { return "nowhere" }
func (nowhere) FileSystem() plugins.FileSystem { return nowhere{} }
func (nowhere) Start(_ context.Context, c *plugins.Command) (plugins.Process, error) {
	return nil, &plugins.StartError{Name: c.Name, Err: plugins.ErrNotFound}
}
func (nowhere) Open(context.Context, plugins.Dir, string, int, uint32) (plugins.File, error) {
	return empty{}, nil
}
func (nowhere) OpenDir(context.Context, plugins.Dir, string) (plugins.File, error) {
	return nil, syscall.ENOENT
}
func (nowhere) Stat(context.Context, plugins.Dir, string, bool) (plugins.FileStat, error) {
	return plugins.FileStat{}, syscall.ENOENT
}
func (nowhere) ReadDir(context.Context, plugins.Dir, string) ([]plugins.DirEntry, error) {
	return []plugins.DirEntry{{Name: "a"}, {Name: ".b"}, {Name: "[c"}}, nil
}
func (nowhere) Readlink(context.Context, plugins.Dir, string) (string, error) {
	return "", syscall.ENOENT
}
func (nowhere) Access(context.Context, plugins.Dir, string, uint32) error { return syscall.ENOENT }

type empty struct{}

func (empty) Fd() int                     { return -1 }
func (empty) Read([]byte) (int, error)    { return 0, io.EOF }
func (empty) Write(p []byte) (int, error) { return len(p), nil }
func (empty) Close() error                { return nil }

// harmless are the builtins that touch nothing but the shell's own state.
func harmless() []eval.Builtin {
	names := []string{"[", ":", "break", "continue", "declare", "echo", "eval", "export", "false", "getopts", "let", "local",
		"mapfile", "printf", "read", "readonly", "return", "shift", "shopt", "test", "true", "unset", "alias", "unalias", "command"}
	return slices.DeleteFunc(builtin.All(), func(b eval.Builtin) bool { return !slices.Contains(names, b.Name) })
}

// runs reports whether the program may be run by the fuzzer: it starts no
// process, and has nothing that could rightly go on for ever or fill the memory.
func runs(stmts []*syntax.Stmt) bool {
	ok := true
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Stmt:
				ok = ok && !n.Background
			case *syntax.CoprocClause, *syntax.ProcSubst, *syntax.WhileClause, *syntax.ForClause, *syntax.FuncDecl:
				ok = false
			}
			return ok
		})
	}
	return ok
}

// Any program that can be parsed runs to its end, without a panic.
func FuzzRun(f *testing.F) {
	for _, s := range []string{
		`x=abc; echo ${x#a} ${x%%[bc]*} "${x/b/$x}" ${x:1:-1} ${#x} ${!x} ${x@Q} ${x^^}`,
		`a=(1 [5]=b); a+=(c); echo ${a[@]:1:2} ${!a[@]} ${a[-1]}; declare -A m=([k]=v); unset 'm[k]' 'a[1]'`,
		`echo $((x=1+2*3, x<<2 ? 16#ff : x++)) $((a[1]+=2)); let y=x**2; ((y--))`,
		`case abc in [[:alpha:]]*|!(x)) echo 1;& *) echo 2;; esac; [[ abc =~ a(.)c && -n $x ]]`,
		`printf '%s %d %q %5.2f %b\n' a 1 'b c' 1.5 '\x41'; printf -v v %03d 7; echo -e '\0101'`,
		`set -- a "b c"; IFS=:; echo "$@" $* "${@:1}" ${*%b}; read -r x y <<< "a:b:c"; read -a z <<E
$x
E`,
		`declare -n r=q; r=1; declare -i n=1+1; local z; export X=1; readonly R=2; R=3; echo ${u?no}`,
		`(echo a; exit 3); x=$(echo b | { read y; echo $y; }); eval "echo \"$x\""; echo {a,b}{1..3} *`,
		`alias e='echo '; e hi; getopts ab: o -a -b c; mapfile -t l <<< x; { echo a; } >f 2>&1 3<&-`,
		`echo "${}" "a${b c}"`, "70000000<0", "echo x{0,} {,}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		stmts, err := parse.All(text, parse.Options{})
		if err != nil || !runs(stmts) {
			return
		}
		done := make(chan string, 1)
		go func() {
			defer func() {
				if fault := recover(); fault != nil {
					done <- fmt.Sprintf("%v\n%s", fault, debug.Stack())
				}
				close(done)
			}()
			sh := eval.New(eval.Config{Name: "fuzz", World: nowhere{}, Builtins: append(harmless(), closing)})
			sh.Eval("closing")
			sh.Eval(text)
		}()
		select {
		case fault := <-done:
			if fault != "" {
				t.Fatal(fault)
			}
		case <-time.After(limit()):
			t.Fatal("does not end")
		}
	})
}

// closing keeps the descriptors of the test itself from the program, open.
var closing = eval.Builtin{Name: "closing", Run: func(sh *eval.Shell, _ []string) int {
	for n := range 1024 {
		if f := sh.File(n); f != nil {
			f.Ref()
			sh.SetFile(n, nil)
		}
	}
	for n := range 3 {
		sh.SetFile(n, fd.New(empty{}))
	}
	return 0
}}
