package fakeroot

import (
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// A slot is a soft RLIMIT_LOCKS that stands for credentials: a mark in the upper
// 16 bits, so that a limit set by somebody else does not look like one, and a
// number that is never used twice.
const slotMark = 0x6c78 << 48

// Bounds of what a table holds for programs that invent credentials.
const (
	maxCredentials = 1 << 12
	maxGroupBytes  = 16 << 20
)

// A table keeps the credentials that slots stand for, each once.
type table struct {
	// used returns the slots of all processes. It is asked when the table has
	// grown to twice of what was in use the last time.
	used func() map[uint64]bool

	mu     sync.Mutex
	next   uint64
	limit  int
	groups int // bytes in all groups
	bySlot map[uint64]credentials
	slots  map[credentials]uint64
}

func newTable(used func() map[uint64]bool) *table {
	return &table{
		used:   used,
		limit:  maxCredentials / 16,
		bySlot: map[uint64]credentials{},
		slots:  map[credentials]uint64{},
	}
}

// get returns what a soft limit stands for. A slot without an entry, which only
// a process that escaped used can have, is nobody's: never more than it was.
func (t *table) get(limit uint64) credentials {
	if limit>>48 != slotMark>>48 {
		return root
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, ok := t.bySlot[limit]; ok {
		return c
	}
	return nobody
}

// put returns the soft limit that stands for c, or false if the table is full.
func (t *table) put(c credentials) (uint64, bool) {
	if c == root {
		return rlimInfinity, true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if slot, ok := t.slots[c]; ok {
		return slot, true
	}
	if len(t.bySlot) >= t.limit || t.groups+len(c.groups) > maxGroupBytes {
		t.collect()
		if len(t.bySlot) >= maxCredentials || t.groups+len(c.groups) > maxGroupBytes {
			return 0, false
		}
	}
	slot := slotMark | t.next
	t.next++
	t.bySlot[slot], t.slots[c] = c, slot
	t.groups += len(c.groups)
	return slot, true
}

// collect forgets the credentials that no process has.
func (t *table) collect() {
	used := t.used()
	for slot, c := range t.bySlot {
		if !used[slot] {
			delete(t.bySlot, slot)
			delete(t.slots, c)
			t.groups -= len(c.groups)
		}
	}
	t.limit = min(max(2*len(t.bySlot), maxCredentials/16), maxCredentials)
}

// usedSlots reads the slots of all processes that proc shows.
func (p proc) usedSlots() map[uint64]bool {
	used := map[uint64]bool{}
	for _, name := range p.list() {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		var limit unix.Rlimit
		if unix.Prlimit(pid, rlimitLocks, nil, &limit) == nil {
			used[limit.Cur] = true
		}
	}
	return used
}
