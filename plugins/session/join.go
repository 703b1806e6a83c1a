package session

import (
	"maps"
	"os"
	"slices"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// encodeJoin returns the body and descriptors of a plugins.Join.
func encodeJoin(j *plugins.Join) (*wire.Encoder, []int) {
	e := wire.NewEncoder().Uint(uint64(len(j.Spaces)))
	var files []int
	for _, flag := range slices.Sorted(maps.Keys(j.Spaces)) {
		e.Uint(uint64(flag))
		files = append(files, int(j.Spaces[flag].Fd()))
	}
	e.Bytes(j.Filter).Bool(j.Listener != nil)
	if j.Listener != nil {
		files = append(files, int(j.Listener.Fd()))
	}
	return e, files
}

func decodeJoin(f *wire.Frame) (*plugins.Join, error) {
	d := newDecoder(f)
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
	if err := d.end(); err != nil {
		closeJoin(j)
		return nil, err
	}
	return j, nil
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
	for _, f := range j.Spaces {
		f.Close()
	}
	if j.Listener != nil {
		j.Listener.Close()
	}
}
