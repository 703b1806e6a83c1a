package main

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"path"
	"slices"
	"time"
)

// A tree is what goes into the archive. All of it belongs to root and has one
// time. What is put in twice is the same or a mistake of the caller's.
type tree struct {
	time    time.Time
	entries map[string]*node
}

type node struct {
	header tar.Header
	data   []byte
}

func newTree(t time.Time) *tree {
	tr := &tree{time: t.UTC().Truncate(time.Second), entries: map[string]*node{}}
	tr.dir(".", 0o755)
	tr.entries["."].header.Name = "./"
	return tr
}

func (t *tree) add(name string, h tar.Header, data []byte) {
	h.Name, h.ModTime, h.Size, h.Format = "./"+name, t.time, int64(len(data)), tar.FormatGNU
	t.entries[name] = &node{h, data}
	if dir := path.Dir(name); dir != name && !t.has(dir) {
		t.dir(dir, 0o755)
	}
}

func (t *tree) has(name string) bool { return t.entries[name] != nil }

func (t *tree) dir(name string, mode int64) {
	t.add(name, tar.Header{Typeflag: tar.TypeDir, Mode: mode}, nil)
	t.entries[name].header.Name += "/"
}

func (t *tree) file(name string, data []byte, mode int64) {
	t.add(name, tar.Header{Typeflag: tar.TypeReg, Mode: mode}, data)
}

func (t *tree) link(name, target string) {
	t.add(name, tar.Header{Typeflag: tar.TypeSymlink, Mode: 0o777, Linkname: target}, nil)
}

// write packs the tree, folders before what is in them.
func (t *tree) write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	a := tar.NewWriter(z)
	names := make([]string, 0, len(t.entries))
	for name := range t.entries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		n := t.entries[name]
		if err := a.WriteHeader(&n.header); err != nil {
			return err
		}
		if _, err := a.Write(n.data); err != nil {
			return err
		}
	}
	if err := a.Close(); err != nil {
		return err
	}
	return z.Close()
}
