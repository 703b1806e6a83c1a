package edit

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestHistory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "folder", "history")
	var h History
	if err := h.Open(file); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"one\n", "two\n\tthree", "two\n\tthree", " hidden", "", "fc -s"} {
		if err := h.Add(command); err != nil {
			t.Fatal(err)
		}
	}
	h.Replace("four")
	want := []string{"one", "two\n\tthree", "four"}
	if _, lines := h.Lines(); !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
	// Another session finds it, whatever garbage got in between.
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("\n\x00binary\nlast, cut short"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	var other History
	if err := other.Open(file); err != nil {
		t.Fatal(err)
	}
	want = []string{"one", "two\n\tthree", "fc -s", "four", "last, cut short"}
	if !slices.Equal(other.entries, want) {
		t.Errorf("read %q, want %q", other.entries, want)
	}
}

// A folder in place of the file is told, and the session has a history.
func TestHistoryUnusable(t *testing.T) {
	var h History
	if err := h.Open(t.TempDir()); err == nil {
		t.Error("a folder was taken for the file")
	}
	if err := h.Add("one"); err != nil || h.Len() != 1 || h.Entry(0) != "one" || h.Entry(1) != "" {
		t.Errorf("got %v and %q", err, h.entries)
	}
}
