package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestLinesOfManyWritersStayWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	const writers, lines = 4, 200
	var all sync.WaitGroup
	for w := range writers {
		l, err := Open(path) // each a process of its own, as far as the file knows
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		l.size = 40 << 10
		all.Go(func() {
			for n := range lines {
				if err := l.Write(Entry{Event: Launch, ID: fmt.Sprintf("%d-%d", w, n), Argv: []string{strings.Repeat("x", 100)}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	seen := map[string]int{}
	for _, name := range []string{path, path + ".1", path + ".2", path + ".3"} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(text) {
			var e Entry
			if err := json.Unmarshal(line, &e); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			seen[e.ID]++
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 || info.Size() > 60<<10 {
			t.Errorf("%s: %v, %d bytes, %v", name, info.Mode(), info.Size(), err)
		}
	}
	// 160 KB in files of 40 KB: nothing had to be dropped.
	if len(seen) != writers*lines {
		t.Errorf("%d of %d lines are left", len(seen), writers*lines)
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
}

func TestOldFilesGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	l.size = 1000
	for range 200 {
		if err := l.Write(Entry{Event: Refuse, Reason: strings.Repeat("r", 50)}); err != nil {
			t.Fatal(err)
		}
	}
	names, _ := filepath.Glob(path + "*")
	if want := []string{path, path + ".1", path + ".2", path + ".3"}; !reflect.DeepEqual(names, want) {
		t.Errorf("got %q", names)
	}
}

func TestHostileArguments(t *testing.T) {
	line, err := Entry{Argv: []string{"a\nb\"\x00", "\xff\xfe", "", strings.Repeat("é", maxArgv), "more"}}.line()
	if err != nil || bytes.Count(line, []byte("\n")) != 1 || len(line) > 2*maxArgv {
		t.Fatalf("%d bytes, %v", len(line), err)
	}
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		t.Fatal(err)
	}
	if e.Argv[0] != "a\nb\"\x00" || e.Argv[1] != `\xff\xfe` || e.Argv[2] != "" || e.Omitted != 2*maxArgv+4-(maxArgv-7) {
		t.Errorf("got %.40q, omitted %d", e.Argv, e.Omitted)
	}
}

func TestLongFieldsAreCut(t *testing.T) {
	long := strings.Repeat("x", 8<<20)
	line, err := Entry{Cwd: long, Reason: long, Program: long}.line()
	if err != nil || len(line) > 4*maxText {
		t.Errorf("%d bytes, %v", len(line), err)
	}
}

func TestUnwritableLogIsAnError(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none", "log")); err == nil || !strings.Contains(err.Error(), "audit log") {
		t.Errorf("got %v", err)
	}
}
