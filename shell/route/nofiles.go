package route

import (
	"context"
	"io/fs"

	"github.com/lxsh/lxsh/plugins"
)

// noFiles is the file system of a place that could not be opened.
type noFiles struct{ err error }

var _ plugins.FileSystem = noFiles{}

func (n noFiles) fail(op, name string) error { return &fs.PathError{Op: op, Path: name, Err: n.err} }

func (n noFiles) Open(_ context.Context, _ plugins.Dir, name string, _ int, _ uint32) (plugins.File, error) {
	return nil, n.fail("open", name)
}

func (n noFiles) OpenDir(_ context.Context, _ plugins.Dir, name string) (plugins.File, error) {
	return nil, n.fail("open", name)
}

func (n noFiles) Stat(_ context.Context, _ plugins.Dir, name string, _ bool) (plugins.FileStat, error) {
	return plugins.FileStat{}, n.fail("stat", name)
}

func (n noFiles) ReadDir(_ context.Context, _ plugins.Dir, name string) ([]plugins.DirEntry, error) {
	return nil, n.fail("open", name)
}

func (n noFiles) Readlink(_ context.Context, _ plugins.Dir, name string) (string, error) {
	return "", n.fail("readlink", name)
}

func (n noFiles) Access(_ context.Context, _ plugins.Dir, name string, _ uint32) error {
	return n.fail("access", name)
}
