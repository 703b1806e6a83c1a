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
	want := []string{"PATH=/bin", "LANG=de", "HOME=/h", "A=/usr/bin:/usr/lib", "B=2", "LC_TIME=fr", "LXENV=A/p:B:U/u:LD_PRELOAD:GONE"}
	if !slices.Equal(env, want) || !slices.Equal(dropped, []string{"LD_PRELOAD"}) {
		t.Errorf("got %q, dropped %q", env, dropped)
	}
}

func TestShared(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"in/a", "inner"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir+"/inner", dir+"/in/out"); err != nil {
		t.Fatal(err)
	}
	shared := Shared{dir + "/in"}
	for path, want := range map[string]error{
		"in": nil, "in/a": nil, "in/a/..": nil, "inner": ErrNotShared, "in/out": ErrNotShared, "in/../inner": ErrNotShared, "in/none": fs.ErrNotExist,
	} {
		path = dir + "/" + path
		if got, err := shared.ToHost(path); !errors.Is(err, want) || err == nil && got != path {
			t.Errorf("%s: got %q, %v", path, got, err)
		}
	}
	if _, err := shared.ToHost("in"); !errors.Is(err, ErrNotShared) {
		t.Errorf("relative: %v", err)
	}
}

func TestProcess(t *testing.T) {
	p, err := OpenProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got, err := p.ToHost("/etc"); got != "/etc" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := p.ToHost("/no/such"); !errors.Is(err, fs.ErrNotExist) {
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
