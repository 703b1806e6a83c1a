package eval

import (
	"slices"
	"strconv"
)

// An array is an indexed or an associative array. Indexed arrays are sparse:
// index is nil while the elements are 0…n-1. Associative arrays keep the order
// in which keys came, except that the last key takes the place of one removed.
type array struct {
	assoc  bool
	values []string
	index  []int64
	keys   []string
	place  map[string]int // key → position, associative only
}

func newArray(assoc bool) *array {
	a := &array{assoc: assoc}
	if assoc {
		a.place = make(map[string]int)
	}
	return a
}

func (a *array) clone() *array {
	c := &array{assoc: a.assoc, values: slices.Clone(a.values), index: slices.Clone(a.index), keys: slices.Clone(a.keys)}
	if a.assoc {
		c.place = make(map[string]int, len(a.place))
		for k, i := range a.place {
			c.place[k] = i
		}
	}
	return c
}

// find returns the position of index i and whether it is there.
func (a *array) find(i int64) (int, bool) {
	if a.index == nil {
		if i < 0 {
			return 0, false
		}
		if i < int64(len(a.values)) {
			return int(i), true
		}
		return len(a.values), false
	}
	return slices.BinarySearch(a.index, i)
}

func (a *array) first() (string, bool) { return a.get("0", 0) }

func (a *array) get(key string, i int64) (string, bool) {
	if a.assoc {
		p, ok := a.place[key]
		if !ok {
			return "", false
		}
		return a.values[p], true
	}
	if p, ok := a.find(i); ok {
		return a.values[p], true
	}
	return "", false
}

func (a *array) put(key string, i int64, value string) {
	if a.assoc {
		if p, ok := a.place[key]; ok {
			a.values[p] = value
			return
		}
		a.place[key] = len(a.values)
		a.keys = append(a.keys, key)
		a.values = append(a.values, value)
		return
	}
	p, ok := a.find(i)
	if ok {
		a.values[p] = value
		return
	}
	if a.index == nil {
		if i == int64(len(a.values)) {
			a.values = append(a.values, value)
			return
		}
		a.index = make([]int64, len(a.values))
		for j := range a.index {
			a.index[j] = int64(j)
		}
		p, _ = slices.BinarySearch(a.index, i)
	}
	a.index = slices.Insert(a.index, p, i)
	a.values = slices.Insert(a.values, p, value)
}

func (a *array) remove(key string, i int64) {
	if a.assoc {
		p, ok := a.place[key]
		if !ok {
			return
		}
		last := len(a.keys) - 1
		a.keys[p], a.values[p] = a.keys[last], a.values[last]
		a.place[a.keys[p]] = p
		delete(a.place, key)
		a.keys = slices.Delete(a.keys, last, last+1)
		a.values = slices.Delete(a.values, last, last+1)
		return
	}
	p, ok := a.find(i)
	if !ok {
		return
	}
	if a.index == nil && p < len(a.values)-1 {
		a.index = make([]int64, len(a.values))
		for j := range a.index {
			a.index[j] = int64(j)
		}
	}
	if p == 0 && a.index != nil { // as a queue does: nothing moves
		a.values[0] = ""
		a.index, a.values = a.index[1:], a.values[1:]
		return
	}
	if a.index != nil {
		a.index = slices.Delete(a.index, p, p+1)
	}
	a.values = slices.Delete(a.values, p, p+1)
}

// next is the index that += appends at.
func (a *array) next() int64 {
	if len(a.index) > 0 {
		return a.index[len(a.index)-1] + 1
	}
	return int64(len(a.values))
}

// subscripts are the keys, or the indices in decimal.
func (a *array) subscripts() []string {
	if a.assoc {
		return slices.Clone(a.keys)
	}
	out := make([]string, len(a.values))
	for p := range out {
		i := int64(p)
		if a.index != nil {
			i = a.index[p]
		}
		out[p] = strconv.FormatInt(i, 10)
	}
	return out
}
