package arith

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// store is a set of variables; a name with a subscript is a variable of its own.
type store map[string]string

func name(v *Var, sub string) string {
	if sub != "" {
		return v.Name + "[" + sub + "]"
	}
	return v.Name
}

func (s store) Get(v *Var, sub string) (int64, string, error) {
	text := s[name(v, sub)]
	if v.Name == "unset" {
		return 0, "", errors.New("unset: parameter not set")
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && !strings.HasPrefix(text, "0") {
		return n, "", nil
	}
	return 0, text, nil
}

func (s store) Set(v *Var, sub string, n int64) error {
	if v.Name == "fixed" {
		return errors.New("fixed: readonly variable")
	}
	s[name(v, sub)] = strconv.FormatInt(n, 10)
	return nil
}

func (s store) Assoc(v *Var) bool { return v.Name == "map" }

func eval(s store, src string) (int64, error) {
	e, err := Parse(src, nil)
	if err != nil {
		return 0, err
	}
	return e.Eval(s)
}

// An exprCase starts with x=7, y=2, z unset. The installed shells agree, save
// for those named in not. "error" as want is an error.
type exprCase struct{ expr, want, not string }

var exprCases = []exprCase{
	{"1+2*3", "7", ""},
	{"(1+2)*3", "9", ""},
	{"10-4-3", "3", ""},
	{"100/7/2", "7", ""},
	{"-7/2", "-3", ""},
	{"-7%3", "-1", ""},
	{"7%-3", "1", ""},
	{" 1 + 1 ", "2", ""},
	{"\t1\n+ 1", "2", ""},
	{"x", "7", ""},
	{"x*y", "14", ""},
	{"z", "0", ""},
	{"-x", "-7", ""},
	{"+x", "7", ""},
	{"!x", "0", ""},
	{"!z", "1", ""},
	{"!!x", "1", ""},
	{"~0", "-1", ""},
	{"~x", "-8", ""},
	{"- -3", "3", ""},
	{"-(-3)", "3", ""},
	{"1<2", "1", ""},
	{"2<=1", "0", ""},
	{"2>1", "1", ""},
	{"2>=3", "0", ""},
	{"1==1", "1", ""},
	{"1!=1", "0", ""},
	{"1<2==1", "1", ""},
	{"5&3", "1", ""},
	{"5|3", "7", ""},
	{"5^3", "6", ""},
	{"1|2^3&4", "3", ""},
	{"1<<4", "16", ""},
	{"-16>>2", "-4", ""},
	{"1+1<<2", "8", ""},
	{"1<<2<3", "0", ""},
	{"1&&0", "0", ""},
	{"0||5", "1", ""},
	{"1||0&&0", "1", ""},
	{"0&&1/0", "0", ""},
	{"1||1/0", "1", ""},
	{"1?2:3", "2", ""},
	{"0?2:3", "3", ""},
	{"1?2:1/0", "2", ""},
	{"0?1:0?2:3", "3", ""},
	{"1?0?4:5:6", "5", ""},
	{"x==7?y:z", "2", ""},
	{"010", "8", ""},
	{"0x1F", "31", ""},
	{"0Xff", "255", ""},
	{"x=3", "3", ""},
	{"x+=3", "10", ""},
	{"x-=3", "4", ""},
	{"x*=3", "21", ""},
	{"x/=3", "2", ""},
	{"x%=3", "1", ""},
	{"x<<=1", "14", ""},
	{"x>>=1", "3", ""},
	{"x&=3", "3", ""},
	{"x|=8", "15", ""},
	{"x^=1", "6", ""},
	{"x=y=5", "5", ""},
	{"x=1?y:z", "2", ""},
	{"(x=3)+x", "6", ""},
	{"x+(y=9)+y", "25", ""},
	{"0&&(x=3)", "0", ""},
	{"9223372036854775807", "9223372036854775807", ""},
	{"9223372036854775807+1", "-9223372036854775808", ""},
	{"-9223372036854775807-1", "-9223372036854775808", ""},
	{"4611686018427387904*2", "-9223372036854775808", ""},
	{"0x7fffffffffffffff", "9223372036854775807", ""},
	{"", "0", "dash"},
	{"1,2", "2", "dash"},
	{"x=1,x+1", "2", "dash"},
	{"x++", "7", "dash"},
	{"++x", "8", "dash"},
	{"x--", "7", "dash"},
	{"--x", "6", "dash"},
	{"x+++y", "9", "dash"},
	{"x+++x", "15", "dash"},
	{"x++*x++", "56", "dash"},
	{"++5", "5", ""},
	{"--5", "5", ""},
	{"1++2", "3", ""},
	{"1--2", "3", ""},
	{"2**10", "1024", "dash"},
	{"2**3**2", "512", "dash"},
	{"-2**2", "4", "dash"},
	{"2**0", "1", "dash"},
	{"2*3**2", "18", "dash"},
	{"16#ff", "255", "dash"},
	{"2#101", "5", "dash"},
	{"36#Z", "35", "dash"},
	{"64#_", "63", "dash"},
	{"64#A", "36", "dash"},
	{"9223372036854775808", "-9223372036854775808", "dash"},
	{"e", "3", "dash"},
	{"e*2", "6", "dash"},
	{"h", "16", ""},
	{"a[1]", "0", "dash"},
	{"a[1]=5", "5", "dash"},
	{"a[x-6]=5,a[1]", "5", "dash"},
	{"a[y++]+=3,a[2]*10+y", "33", "dash"},
	{"a[a[0]]", "0", "dash"},
	{"1/0", "error", ""},
	{"1%0", "error", ""},
	{"x/z", "error", ""},
	{"x/=0", "error", ""},
	{"2**-1", "error", ""},
	{"1+", "error", ""},
	{"*1", "error", ""},
	{"1 2", "error", ""},
	{"(1", "error", ""},
	{"1)", "error", "dash"},
	{"1?2", "error", ""},
	{"1?:2", "error", ""},
	{"1=2", "error", ""},
	{"1+x=5", "error", ""},
	{"x+y=5", "error", ""},
	{"08", "error", ""},
	{"0xg", "error", ""},
	{"1a", "error", ""},
	{"1.5", "error", ""},
	{"@", "error", ""},
	{"()", "error", ""},
	{"1 +* 2", "error", ""},
	{"x y", "error", ""},
	{"self", "error", ""},
	{"3#3", "error", ""},
	{"65#1", "error", ""},
	{"1#1", "error", ""},
	{"a[", "error", ""},
	{"a[]", "error", "bash"},
	{"a[1", "error", ""},
	{"bad", "error", ""},
	{"1 && ", "error", ""},
	{"x = = 1", "error", ""},
	{"1,", "error", ""},
	{"~", "error", ""},
}

func start() store {
	return store{"x": "7", "y": "2", "e": "1+y", "h": "0x10", "self": "self", "bad": "1 +"}
}

func TestEval(t *testing.T) {
	for _, c := range exprCases {
		n, err := eval(start(), c.expr)
		got := strconv.FormatInt(n, 10)
		if err != nil {
			got = "error"
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s (%v)", c.expr, got, c.want, err)
		}
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Pos < 0 || e.Pos > len(e.Expr) || e.Why == "") {
			t.Errorf("%q: poor error %#v", c.expr, err)
		}
	}
}

// TestPeers asks the installed shells, so that the table is theirs.
func TestPeers(t *testing.T) {
	for _, peer := range []string{"dash", "bash"} {
		path, err := exec.LookPath(peer)
		if err != nil {
			t.Logf("%s is not installed", peer)
			continue
		}
		for _, c := range exprCases {
			if c.not == peer {
				continue
			}
			cmd := exec.Command(path, "-c",
				`x=7 y=2 e=1+y h=0x10 self=self bad='1 +'; unset z; echo "$(($1))"`, peer, c.expr)
			if peer == "dash" || strings.Contains(c.expr, "[") {
				cmd.Args[2] = strings.Replace(cmd.Args[2], "$1", c.expr, 1)
			}
			out, err := cmd.Output()
			got := strings.TrimSpace(string(out))
			if err != nil {
				got = "error"
			}
			if got != c.want {
				t.Errorf("%s: %q: %s, want %s", peer, c.expr, got, c.want)
			}
		}
	}
}

func TestVariables(t *testing.T) {
	s := store{"map[k v]": "4", "deep": "x+1", "x": "y+1", "y": "1"}
	for _, c := range []struct {
		expr string
		want int64
		then string // NAME=VALUE afterwards
	}{
		{"map[k v]*2", 8, ""},
		{"map[k v]++", 4, "map[k v]=5"},
		{"map[new]=1", 1, "map[new]=1"},
		{"deep", 3, ""},
		{"x=deep", 3, "x=3"},
		{"i=5,i++ + ++i", 12, "i=7"},
		{"arr[1+1]=9", 9, "arr[2]=9"},
	} {
		got, err := eval(s, c.expr)
		if err != nil || got != c.want {
			t.Errorf("%q: %d, %v", c.expr, got, err)
		}
		if k := strings.LastIndexByte(c.then, '='); k > 0 && s[c.then[:k]] != c.then[k+1:] {
			t.Errorf("%q leaves %q", c.expr, s[c.then[:k]])
		}
	}
	for _, expr := range []string{"unset", "1+unset", "fixed=1", "fixed++", "fixed+=1", "arr[unset]"} {
		if _, err := eval(s, expr); err == nil {
			t.Errorf("%q: no error", expr)
		}
	}
	ids := map[string]int{}
	if _, err := Parse("p+q[r]*p", func(n string) int { ids[n]++; return 0 }); err != nil || ids["p"] != 2 || ids["q"] != 1 || ids["r"] != 1 {
		t.Errorf("names: %v, %v", ids, err)
	}
}

func TestError(t *testing.T) {
	for expr, want := range map[string]string{
		"1/0":    `arithmetic: 1/0: division by zero at "/0"`,
		" 1 + ":  "arithmetic: 1 +: operand expected at the end",
		"a[1+]":  "arithmetic: 1+: operand expected at the end",
		"2+08+1": `arithmetic: 2+08+1: digit too great for base 8 at "08+1"`,
		"1 @":    `arithmetic: 1 @: operator expected at "@"`,
		"1=2":    `arithmetic: 1=2: assignment to what is no variable at "=2"`,
	} {
		if _, err := eval(store{}, expr); err == nil || err.Error() != want {
			t.Errorf("%q: %v", expr, err)
		}
	}
}

// TestDeep holds expressions that nest without end: an error, and no crash.
func TestDeep(t *testing.T) {
	const n = 1_000_000
	for _, expr := range []string{
		strings.Repeat("(", n),
		strings.Repeat("-", n) + "x",
		strings.Repeat("!", n) + "1",
		strings.Repeat("x=", n) + "1",
		strings.Repeat("1?", n),
		strings.Repeat("x?1:", n) + "1",
		strings.Repeat("x**", n) + "1",
		strings.Repeat("x+", n) + "1",
		strings.Repeat("a[", 20_000) + "1" + strings.Repeat("]", 20_000),
	} {
		if _, err := eval(store{}, expr); err == nil {
			t.Errorf("%.10q: no error", expr)
		}
	}
	if got, err := eval(store{}, strings.Repeat("1+", n)+"1"); err != nil || got != n+1 {
		t.Errorf("a long sum: %d, %v", got, err)
	}
}

func FuzzEval(f *testing.F) {
	for _, c := range exprCases {
		f.Add(c.expr)
	}
	f.Fuzz(func(t *testing.T, src string) {
		n, err := eval(start(), src)
		e, perr := Parse(src, nil)
		if (perr != nil) && err == nil {
			t.Fatalf("%q: parses once", src)
		}
		if err != nil {
			_ = err.Error()
			return
		}
		if again, err := e.Eval(start()); err != nil || again != n {
			t.Fatalf("%q: %d, then %d, %v", src, n, again, err)
		}
		// White space between tokens, and parentheses around, change nothing.
		if strings.TrimSpace(src) != "" {
			if again, err := eval(start(), " ( "+src+" ) "); err != nil || again != n {
				t.Fatalf("( %q ): %d, want %d, %v", src, again, n, err)
			}
		}
	})
}

// counter is the fastest possible variable.
type counter struct{ n int64 }

func (c *counter) Get(*Var, string) (int64, string, error) { return c.n, "", nil }
func (c *counter) Set(_ *Var, _ string, n int64) error     { c.n = n; return nil }
func (c *counter) Assoc(*Var) bool                         { return false }

func BenchmarkIncrement(b *testing.B) {
	e, err := Parse("i+1", nil)
	if err != nil {
		b.Fatal(err)
	}
	c := &counter{}
	for b.Loop() {
		c.n, _ = e.Eval(c)
	}
}
