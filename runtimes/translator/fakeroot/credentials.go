package fakeroot

import "golang.org/x/sys/unix"

// ids are the four user or group ids of a process, as in credentials(7).
type ids struct{ real, effective, saved, fs uint32 }

// Bits of credentials.permitted and effective: the capabilities that decide who
// may change ids.
const (
	maySetuid = 1 << 0
	maySetgid = 1 << 1
	mayBoth   = maySetuid | maySetgid
)

// credentials are what a process believes of itself. The zero value is not
// useful; root is how everything starts. They are comparable.
type credentials struct {
	u, g      ids
	groups    string // sorted, four bytes each in native order, as getgroups(2) gives them
	permitted uint8
	effective uint8
	keepCaps  bool
	image     image // the program that they were last looked at for
}

var root = credentials{permitted: mayBoth, effective: mayBoth}

// nobody is for a process whose credentials are lost, see table.
var nobody = credentials{u: ids{65534, 65534, 65534, 65534}, g: ids{65534, 65534, 65534, 65534}}

// plain reports whether an exec changes nothing in c.
func (c *credentials) plain() bool {
	return c.u == ids{} && c.g == ids{} && c.permitted == mayBoth && c.effective == mayBoth && !c.keepCaps
}

func (c *credentials) priv(capability uint8) bool { return c.effective&capability != 0 }

// changeUser runs one of the set*uid calls and then lets the capabilities follow
// the user ids (capabilities(7), "Effect of user ID changes on capabilities").
func (c *credentials) changeUser(change func(x *ids, priv bool) unix.Errno) unix.Errno {
	old := c.u
	if e := change(&c.u, c.priv(maySetuid)); e != 0 {
		return e
	}
	hadRoot := old.real == 0 || old.effective == 0 || old.saved == 0
	hasRoot := c.u.real == 0 || c.u.effective == 0 || c.u.saved == 0
	switch {
	case hadRoot && !hasRoot && !c.keepCaps:
		c.permitted, c.effective = 0, 0
	case old.effective == 0 && c.u.effective != 0:
		c.effective = 0
	case old.effective != 0 && c.u.effective == 0:
		c.effective = c.permitted
	}
	return 0
}

func (c *credentials) changeGroup(change func(x *ids, priv bool) unix.Errno) unix.Errno {
	return change(&c.g, c.priv(maySetgid))
}

// exec is what execve(2) makes of c for a file of that mode and those owners. An
// owner other than 0 has no id in this name space, and then the kernel ignores
// the bit.
func (c *credentials) exec(mode, uid, gid uint32) {
	if mode&unix.S_ISUID != 0 && uid == 0 {
		c.u.effective = 0
	}
	if mode&unix.S_ISGID != 0 && mode&unix.S_IXGRP != 0 && gid == 0 {
		c.g.effective = 0
	}
	c.u.saved, c.u.fs = c.u.effective, c.u.effective
	c.g.saved, c.g.fs = c.g.effective, c.g.effective
	c.keepCaps = false
	c.permitted, c.effective = 0, 0
	if c.u.real == 0 || c.u.effective == 0 {
		c.permitted = mayBoth
	}
	if c.u.effective == 0 {
		c.effective = mayBoth
	}
}

// capset notes new capability sets, by the rules of capset(2) for these two.
func (c *credentials) capset(permitted, effective uint8) unix.Errno {
	if permitted&^c.permitted != 0 || effective&^permitted != 0 {
		return unix.EPERM
	}
	c.permitted, c.effective = permitted, effective
	return 0
}

// set is setuid(2).
func (x *ids) set(id uint32, priv bool) unix.Errno {
	switch {
	case id == keep:
		return unix.EINVAL
	case priv:
		*x = ids{id, id, id, id}
	case id == x.real || id == x.saved:
		x.effective, x.fs = id, id
	default:
		return unix.EPERM
	}
	return 0
}

// setre is setreuid(2).
func (x *ids) setre(real, effective uint32, priv bool) unix.Errno {
	old := *x
	if real != keep && !priv && real != old.real && real != old.effective {
		return unix.EPERM
	}
	if effective != keep && !priv && effective != old.real && effective != old.effective && effective != old.saved {
		return unix.EPERM
	}
	if real != keep {
		x.real = real
	}
	if effective != keep {
		x.effective = effective
	}
	if real != keep || effective != keep && effective != old.real {
		x.saved = x.effective
	}
	x.fs = x.effective
	return 0
}

// setres is setresuid(2).
func (x *ids) setres(real, effective, saved uint32, priv bool) unix.Errno {
	old := *x
	for _, id := range []uint32{real, effective, saved} {
		if id != keep && !priv && id != old.real && id != old.effective && id != old.saved {
			return unix.EPERM
		}
	}
	if real != keep {
		x.real = real
	}
	if effective != keep {
		x.effective = effective
	}
	if saved != keep {
		x.saved = saved
	}
	x.fs = x.effective
	return 0
}

// setfs is setfsuid(2), which returns the old id whether it succeeds or not.
func (x *ids) setfs(id uint32, priv bool) uint32 {
	old := x.fs
	if id != keep && (priv || id == x.real || id == x.effective || id == x.saved || id == x.fs) {
		x.fs = id
	}
	return old
}
