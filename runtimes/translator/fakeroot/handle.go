package fakeroot

import (
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"
)

// handle decides one call. With later, the answer is sent by another goroutine.
func (s *Supervisor) handle(l *listener, n *notification) (a answer, later bool) {
	o := find(n.Arch, n.Nr)
	var limit unix.Rlimit
	if err := unix.Prlimit(int(n.Tid), rlimitLocks, nil, &limit); err != nil {
		return failed(unix.ESRCH), false // the task is gone
	}
	stored := s.table.get(limit.Cur)
	old := s.current(n.Tid, stored)
	if !l.valid(n.ID) {
		return answer{}, false
	}
	if o == opMknod || o == opMknodat {
		return s.queueDevice(l, n, o, &old)
	}
	c := old
	a = c.call(o, n)
	if c == stored {
		return a, false
	}
	if e := s.store(l, n, &limit, c); e != 0 && c != old {
		return failed(e), false
	}
	return a, false
}

// store makes c the credentials of the caller. What an exec changed is stored
// too: the next exec starts from it.
func (s *Supervisor) store(l *listener, n *notification, limit *unix.Rlimit, c credentials) unix.Errno {
	if c.image == (image{}) {
		if img, _, err := s.proc.image(n.Tid); err == nil {
			c.image = img
		}
	}
	slot, ok := s.table.put(c)
	if !ok || !l.valid(n.ID) {
		return unix.EAGAIN
	}
	limit.Cur = slot
	if err := unix.Prlimit(int(n.Tid), rlimitLocks, limit, nil); err != nil {
		return unix.EAGAIN
	}
	return 0
}

// current is c as it is after the execs since it was last looked at.
func (s *Supervisor) current(tid uint32, c credentials) credentials {
	if c.plain() {
		return c
	}
	img, st, err := s.proc.image(tid)
	if err != nil || img == c.image {
		return c
	}
	c.exec(uint32(st.Mode), st.Uid, st.Gid)
	c.image = img
	return c
}

func failed(e unix.Errno) answer { return answer{Error: -int32(e)} }

// call runs a call on c and, for those that give something back, on the memory
// of the caller.
func (c *credentials) call(o op, n *notification) answer {
	arg := func(i int) uint32 { return uint32(n.Args[i]) }
	switch o {
	case opGetuid:
		return answer{Val: int64(c.u.real)}
	case opGeteuid:
		return answer{Val: int64(c.u.effective)}
	case opGetgid:
		return answer{Val: int64(c.g.real)}
	case opGetegid:
		return answer{Val: int64(c.g.effective)}
	case opGetresuid:
		return failed(c.u.store(n))
	case opGetresgid:
		return failed(c.g.store(n))
	case opGetgroups:
		return c.getgroups(n)
	case opSetgroups:
		return failed(c.setgroups(n))
	case opSetuid:
		return failed(c.changeUser(func(x *ids, priv bool) unix.Errno { return x.set(arg(0), priv) }))
	case opSetgid:
		return failed(c.changeGroup(func(x *ids, priv bool) unix.Errno { return x.set(arg(0), priv) }))
	case opSetreuid:
		return failed(c.changeUser(func(x *ids, priv bool) unix.Errno { return x.setre(arg(0), arg(1), priv) }))
	case opSetregid:
		return failed(c.changeGroup(func(x *ids, priv bool) unix.Errno { return x.setre(arg(0), arg(1), priv) }))
	case opSetresuid:
		return failed(c.changeUser(func(x *ids, priv bool) unix.Errno { return x.setres(arg(0), arg(1), arg(2), priv) }))
	case opSetresgid:
		return failed(c.changeGroup(func(x *ids, priv bool) unix.Errno { return x.setres(arg(0), arg(1), arg(2), priv) }))
	case opSetfsuid:
		return answer{Val: int64(c.u.setfs(arg(0), c.priv(maySetuid)))}
	case opSetfsgid:
		return answer{Val: int64(c.g.setfs(arg(0), c.priv(maySetgid)))}
	case opPrctl:
		return c.prctl(n)
	case opCapset:
		return c.noteCapset(n)
	}
	return failed(unix.ENOSYS) // a call that the filter does not send
}

// store writes the three ids that getresuid(2) gives.
func (x *ids) store(n *notification) unix.Errno {
	for i, id := range []uint32{x.real, x.effective, x.saved} {
		if e := writeMemory(n.Tid, n.Args[i], words(id)); e != 0 {
			return e
		}
	}
	return 0
}

func (c *credentials) getgroups(n *notification) answer {
	size, have := int32(n.Args[0]), int32(len(c.groups)/4)
	if size < 0 || size != 0 && size < have {
		return failed(unix.EINVAL)
	}
	if size != 0 {
		if e := writeMemory(n.Tid, n.Args[1], []byte(c.groups)); e != 0 {
			return failed(e)
		}
	}
	return answer{Val: int64(have)}
}

func (c *credentials) setgroups(n *notification) unix.Errno {
	size := uint32(n.Args[0])
	if !c.priv(maySetgid) {
		return unix.EPERM
	}
	if size > ngroupsMax {
		return unix.EINVAL
	}
	b := make([]byte, 4*size)
	if e := readMemory(n.Tid, n.Args[1], b); e != 0 {
		return e
	}
	groups := make([]uint32, size)
	for i := range groups {
		groups[i] = binary.NativeEndian.Uint32(b[4*i:])
	}
	if slices.Contains(groups, keep) {
		return unix.EINVAL
	}
	slices.Sort(groups)
	c.groups = string(words(groups...))
	return 0
}

// goOn lets the kernel run the call after it was noted. What it reads from memory
// may have changed by then; that decides only what a program believes of itself.
func goOn() answer { return answer{Flags: notifFlagContinue} }

func (c *credentials) prctl(n *notification) answer {
	switch value := n.Args[1]; uint32(n.Args[0]) {
	case prSetKeepcaps:
		if value <= 1 {
			c.keepCaps = value == 1
		}
	case prSetSecbits:
		c.keepCaps = value&secbitKeepCaps != 0
	}
	return goOn()
}

// noteCapset reads struct __user_cap_header_struct and the first of the
// __user_cap_data_struct, which holds the capabilities 0 to 31.
func (c *credentials) noteCapset(n *notification) answer {
	var header, data [12]byte
	if readMemory(n.Tid, n.Args[0], header[:8]) != 0 || readMemory(n.Tid, n.Args[1], data[:]) != 0 {
		return goOn() // which fails
	}
	switch binary.NativeEndian.Uint32(header[:]) {
	case capVersion1, capVersion2, capVersion3:
	default:
		return goOn() // which fails, and tells the version to use
	}
	effective := binary.NativeEndian.Uint32(data[0:])
	permitted := binary.NativeEndian.Uint32(data[4:])
	if e := c.capset(idCapabilities(permitted), idCapabilities(effective)); e != 0 {
		return failed(e)
	}
	return goOn()
}

func idCapabilities(set uint32) uint8 {
	return uint8(set>>capSetuid&1)*maySetuid | uint8(set>>capSetgid&1)*maySetgid
}
