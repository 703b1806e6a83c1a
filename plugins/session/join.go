package session

import (
	"maps"
	"os"
	"slices"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// encodeJoin appends a plugins.Join to e and returns its descriptors.
func encodeJoin(e *wire.Encoder, j *plugins.Join) []int {
	e.Uint(uint64(len(j.Spaces)))
	var files []int
	for _, flag := range slices.Sorted(maps.Keys(j.Spaces)) {
		e.Uint(uint64(flag))
		files = append(files, int(j.Spaces[flag].Fd()))
	}
	e.Bytes(j.Filter).Bool(j.Listener != nil)
	if j.Listener != nil {
		files = append(files, int(j.Listener.Fd()))
	}
	return files
}

// join reads what encodeJoin wrote. Where that fails, end tells so, and what was
// taken is the caller's to close.
func (d *decoder) join() *plugins.Join {
	j := &plugins.Join{Spaces: make(map[int]*os.File)}
	for range d.Count() {
		flag := int(d.Uint())
		if old := j.Spaces[flag]; old != nil {
			old.Close()
		}
		j.Spaces[flag] = d.osFile("name space")
	}
	j.Filter = slices.Clone(d.Bytes())
	if d.Bool() {
		j.Listener = d.osFile("filter listener")
	}
	return j
}

func (d *decoder) osFile(name string) *os.File {
	fd := d.frame.Take(d.next)
	d.next++
	if fd < 0 {
		d.bad = wire.ErrMalformed
		return nil
	}
	return os.NewFile(uintptr(fd), name)
}

func closeJoin(j *plugins.Join) {
	if j == nil {
		return
	}
	for _, f := range j.Spaces {
		f.Close()
	}
	if j.Listener != nil {
		j.Listener.Close()
	}
}
