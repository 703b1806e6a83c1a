package translator

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWatchResolver(t *testing.T) {
	etc, run := t.TempDir(), t.TempDir()
	path := filepath.Join(etc, "resolv.conf")
	replace := func(file, text string) {
		t.Helper()
		if err := os.WriteFile(file+".new", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
	replace(path, "first")
	changes := make(chan string, 10)
	w, err := watchResolver(path, func(text []byte) { changes <- string(text) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	want := func(text string) {
		t.Helper()
		select {
		case got := <-changes:
			if got != text {
				t.Errorf("got %q, want %q", got, text)
			}
		case <-time.After(limit()):
			t.Fatalf("no word of %q", text)
		}
	}
	replace(path, "second")
	want("second")
	replace(filepath.Join(etc, "passwd"), "no matter") // another file of the folder
	target := filepath.Join(run, "stub.conf")
	replace(target, "third")
	if err := os.Symlink(target, path+".link"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".link", path); err != nil {
		t.Fatal(err)
	}
	want("third")
	replace(target, "fourth") // behind the link
	want("fourth")
}
