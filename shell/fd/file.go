// Package fd is the shell's descriptor table: which open file stands behind
// each of the shell's descriptor numbers.
//
// The numbers are the shell's own. A number that is absent is closed; dup shares
// the [File] and so its offset. On this kernel every real descriptor is
// close-on-exec and gets its number only when a command starts
// (plugins.Command.Files), so that subshells can run in this process with a
// table of their own.
package fd

import (
	"sync/atomic"

	"github.com/lxsh/lxsh/plugins"
)

// A File is an open file shared by any number of table slots.
type File struct {
	plugins.File
	refs    atomic.Int32
	private bool
}

// New returns f with one reference.
func New(f plugins.File) *File {
	file := &File{File: f}
	file.refs.Store(1)
	return file
}

// Ref takes another reference.
func (f *File) Ref() *File {
	f.refs.Add(1)
	return f
}

// Unref gives a reference up; the last one closes the file.
func (f *File) Unref() {
	if f.refs.Add(-1) == 0 {
		_ = f.File.Close()
	}
}

// Private marks the file as the shell's own: commands do not get it.
func (f *File) Private() *File {
	f.private = true
	return f
}
