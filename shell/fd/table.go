package fd

import "github.com/lxsh/lxsh/plugins"

// A Table maps the shell's descriptor numbers to files. The zero Table is empty.
// It is not safe for concurrent use: every subshell has its own.
type Table struct{ slots []*File }

// Get returns the file behind n, nil when n is closed. The reference stays the
// table's.
func (t *Table) Get(n int) *File {
	if n < 0 || n >= len(t.slots) {
		return nil
	}
	return t.slots[n]
}

// Swap puts f (which may be nil: closed) behind n, whose reference the table
// takes, and returns what was there with its reference.
func (t *Table) Swap(n int, f *File) *File {
	for n >= len(t.slots) {
		if f == nil {
			return nil
		}
		t.slots = append(t.slots, nil)
	}
	old := t.slots[n]
	t.slots[n] = f
	return old
}

// Set puts f behind n and closes what was there.
func (t *Table) Set(n int, f *File) {
	if old := t.Swap(n, f); old != nil {
		old.Unref()
	}
}

// Len is one more than the highest number that may be open.
func (t *Table) Len() int { return len(t.slots) }

// Free returns the lowest closed number that is at least min.
func (t *Table) Free(min int) int {
	for n := min; n < len(t.slots); n++ {
		if t.slots[n] == nil {
			return n
		}
	}
	return max(min, len(t.slots))
}

// Clone returns a table with the same files, each with one reference more.
func (t *Table) Clone() Table {
	slots := make([]*File, len(t.slots), len(t.slots)+2)
	for i, f := range t.slots {
		if f != nil {
			slots[i] = f.Ref()
		}
	}
	return Table{slots}
}

// Close closes all slots.
func (t *Table) Close() {
	for i, f := range t.slots {
		if f != nil {
			t.slots[i] = nil
			f.Unref()
		}
	}
}

// Files returns the table in the shape of plugins.Command.Files.
func (t *Table) Files() []plugins.File {
	files := make([]plugins.File, len(t.slots))
	for i, f := range t.slots {
		if f != nil && !f.private {
			files[i] = f.File
		}
	}
	return files
}
