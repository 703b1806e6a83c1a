package translate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// The cases of WSL's own test of WSLENV (UnitTests.cpp) that mean something here.
func TestParseList(t *testing.T) {
	for value, want := range map[string][]Variable{
		"":            nil,
		"A":           {{"A", false, true, true}},
		"A/p:B/l:C":   {{"A", true, true, true}, {"B", true, true, true}, {"C", false, true, true}},
		"A/u:B/w":     {{"A", false, false, true}, {"B", false, true, false}},
		"A/pw \t":     {{"A", true, true, false}},
		"A/x:B":       {{"B", false, true, true}},
		"::A:/p:=B:":  {{"A", false, true, true}},
		"Hello=World": nil,
	} {
		if got := ParseList(value); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v", value, got)
		}
	}
}

func TestToHost(t *testing.T) {
	paths := Shared{"/usr"}
	env, dropped := ToHost(
		[]string{"PATH=/bin", "LANG=C", "HOME=/h"},
		[]string{"LANG=de", "LC_TIME=fr", "HOME=/evil", "LD_PRELOAD=x", "A=/usr/bin:/nowhere/x:/usr/lib", "B=2", "U=3", "LXENV=A/p:B:U/u:LD_PRELOAD:GONE", "B=again"},
		func(name string) bool { return name == "A" || name == "B" || name == "U" || name == "GONE" }, paths)
	want := []string{"PATH=/bin", "LANG=de", "HOME=/h", "A=/usr/bin:/usr/lib", "B=2", "LC_TIME=fr"}
	if !slices.Equal(env, want) || !slices.Equal(dropped, []string{"LD_PRELOAD"}) {
		t.Errorf("got %q, dropped %q", env, dropped)
	}
}

func TestHarmlessVariablesCarryNoHarm(t *testing.T) {
	for variable, want := range map[string]bool{
		"TERM=xterm-256color": true, "TZ=Europe/Berlin": true, "TZ=:UTC": true, "LC_ALL=de_DE.UTF-8@euro": true, "COLUMNS=80": true, "NO_COLOR=": true,
		"TERM=/home/x": false, "TZ=:/home/x": false, "TZ=/x": false, "TZ=../../home/x": false, "LANGUAGE=../../home/x": false,
		"LC_MESSAGES=%n": false, "COLUMNS=a[$(id)]": false, "LINES=-1": false, "LANG=a b": false, "COLORTERM=\x1b]": false, "LXENV=A/u": false,
	} {
		if env, _ := ToHost(nil, []string{variable}, func(string) bool { return false }, Identity{}); (len(env) == 1) != want {
			t.Errorf("%s: got %q", variable, env)
		}
	}
}

func TestShared(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"in/a", "inner"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"in/out": dir + "/inner", "in/dangling": dir + "/none", "again": dir + "/in"} {
		if err := os.Symlink(target, dir+"/"+link); err != nil {
			t.Fatal(err)
		}
	}
	shared := Shared{dir + "/in", dir + "/again"}
	for path, want := range map[string]error{
		"in": nil, "in/a": nil, "in/a/..": nil, "inner": ErrNotShared, "in/out": ErrNotShared, "in/../inner": ErrNotShared, "in/none": fs.ErrNotExist,
		"again/a": nil, "again/none/x": fs.ErrNotExist,
		// What is outside cannot be found out.
		"none": ErrNotShared, "in/out/none": ErrNotShared, "in/dangling": ErrNotShared, "in/dangling/x": ErrNotShared, "in/out/../none": ErrNotShared,
	} {
		path = dir + "/" + path
		if file, err := shared.Open(path); !errors.Is(err, want) || err == nil && file.Close() != nil {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if _, err := shared.Open("in"); !errors.Is(err, ErrNotShared) {
		t.Errorf("relative: %v", err)
	}
}

func TestProcess(t *testing.T) {
	p, err := OpenProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	file, err := p.Open("/etc")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := p.Open("/no/such"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseList(f *testing.F) {
	f.Add("A/p:B")
	f.Fuzz(func(t *testing.T, value string) {
		for _, v := range ParseList(value) {
			if v.Name == "" {
				t.Errorf("%q: a variable without a name", value)
			}
		}
	})
}
