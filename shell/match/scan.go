package match

import "math/bits"

// A scan matches a pattern with groups against one string, as sets of places in
// it. Going through a node turns the set of places where it may begin into the
// set of places where it may end, or the other way round.
type scan struct {
	s      string
	bounds places // where characters begin, and the end
	period bool   // the first character is a period that must be written
}

func newScan(s string, period bool) *scan {
	sc := &scan{s: s, bounds: newPlaces(len(s)), period: period && s != "" && s[0] == '.'}
	for i := 0; i < len(s); _, i = next(s, i) {
		sc.bounds.put(i)
	}
	sc.bounds.put(len(s))
	return sc
}

func (sc *scan) only(i int) places {
	p := newPlaces(len(sc.s))
	p.put(i)
	return p
}

// forward returns where a match of nodes that begins at i can end.
func (sc *scan) forward(nodes []node, i int) places {
	return sc.sequence(nodes, sc.only(i), false)
}

// backward returns where a match of nodes that ends at j can begin.
func (sc *scan) backward(nodes []node, j int) places {
	return sc.sequence(nodes, sc.only(j), true)
}

// backwardAll returns where a match of nodes can begin, wherever it ends.
func (sc *scan) backwardAll(nodes []node) places {
	return sc.sequence(nodes, sc.bounds.clone(), true)
}

// sequence consumes from.
func (sc *scan) sequence(nodes []node, from places, back bool) places {
	for k := range nodes {
		n := &nodes[k]
		if back {
			n = &nodes[len(nodes)-1-k]
		}
		switch n.kind {
		case nodeItem:
			from = sc.item(&n.item, from, back)
		case nodeStar:
			from = sc.star(from, back)
		case nodeGroup:
			from = sc.group(n, from, back)
		}
	}
	return from
}

func (sc *scan) item(t *item, from places, back bool) places {
	to := newPlaces(len(sc.s))
	for i := from.min(); i >= 0; i = from.after(i) {
		end := -1
		if back {
			end = t.before(sc.s, i)
		} else if t.lit != "" || !(sc.period && i == 0) {
			end = t.at(sc.s, i)
		}
		if end >= 0 {
			to.put(end)
		}
	}
	return to
}

func (sc *scan) star(from places, back bool) places {
	to := sc.bounds.clone()
	switch {
	case back:
		to.cutAfter(from.max())
	case sc.period && from.has(0):
		// The star may be empty here; it may not take the period.
		if low := from.after(0); low >= 0 {
			to.cutBefore(low)
		} else {
			to.clear()
		}
		to.put(0)
	default:
		to.cutBefore(from.min())
	}
	return to
}

func (sc *scan) group(g *node, from places, back bool) places {
	switch g.op {
	case '@':
		return sc.either(g, from, back)
	case '?':
		to := sc.either(g, from.clone(), back)
		to.join(from)
		return to
	case '!':
		return sc.not(g, from, back)
	}
	// * and +: go round until no place is new.
	all := newPlaces(len(sc.s))
	if g.op == '*' {
		all.join(from)
	}
	for fresh := from; ; {
		fresh = sc.either(g, fresh, back)
		fresh.without(all)
		if fresh.min() < 0 {
			return all
		}
		all.join(fresh)
	}
}

func (sc *scan) either(g *node, from places, back bool) places {
	to := newPlaces(len(sc.s))
	for _, alt := range g.alts {
		to.join(sc.sequence(alt, from.clone(), back))
	}
	return to
}

// not takes each beginning by itself, as what does not match differs for each.
func (sc *scan) not(g *node, from places, back bool) places {
	to := newPlaces(len(sc.s))
	for i := from.min(); i >= 0; i = from.after(i) {
		rest := sc.star(sc.only(i), back)
		rest.without(sc.either(g, sc.only(i), back))
		to.join(rest)
	}
	return to
}

// places is a set of byte offsets in a string, its end included.
type places []uint64

func newPlaces(length int) places { return make(places, length/64+1) }

func (p places) put(i int)      { p[i>>6] |= 1 << (i & 63) }
func (p places) has(i int) bool { return p[i>>6]&(1<<(i&63)) != 0 }
func (p places) clear()         { clear(p) }
func (p places) clone() places  { return append(places(nil), p...) }

func (p places) join(q places) {
	for k := range p {
		p[k] |= q[k]
	}
}

func (p places) without(q places) {
	for k := range p {
		p[k] &^= q[k]
	}
}

// min returns the lowest member, or -1.
func (p places) min() int { return p.after(-1) }

// after returns the lowest member above i, or -1.
func (p places) after(i int) int {
	i++
	for k := i >> 6; k < len(p); k++ {
		word := p[k]
		if k == i>>6 {
			word &= ^uint64(0) << (i & 63)
		}
		if word != 0 {
			return k<<6 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// max returns the highest member, or -1.
func (p places) max() int {
	for k := len(p) - 1; k >= 0; k-- {
		if p[k] != 0 {
			return k<<6 + bits.Len64(p[k]) - 1
		}
	}
	return -1
}

// cutBefore removes what is below i; -1 removes everything.
func (p places) cutBefore(i int) {
	if i < 0 {
		p.clear()
		return
	}
	clear(p[:i>>6])
	p[i>>6] &= ^uint64(0) << (i & 63)
}

// cutAfter removes what is above i; -1 removes everything.
func (p places) cutAfter(i int) {
	if i < 0 {
		p.clear()
		return
	}
	p[i>>6] &= ^uint64(0) >> (63 - i&63)
	clear(p[i>>6+1:])
}
