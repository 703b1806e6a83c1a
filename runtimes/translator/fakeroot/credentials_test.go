package fakeroot

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

func user(r, e, s uint32) credentials {
	c := credentials{u: ids{r, e, s, e}, g: ids{r, e, s, e}}
	if r == 0 || e == 0 || s == 0 {
		c.permitted = mayBoth
	}
	if e == 0 {
		c.effective = mayBoth
	}
	return c
}

// TestUserRules: the rules of setuid(2), setreuid(2) and setresuid(2). What is
// wanted is real, effective and saved id, or an errno.
func TestUserRules(t *testing.T) {
	set := func(id uint32) func(*ids, bool) unix.Errno {
		return func(x *ids, priv bool) unix.Errno { return x.set(id, priv) }
	}
	re := func(r, e uint32) func(*ids, bool) unix.Errno {
		return func(x *ids, priv bool) unix.Errno { return x.setre(r, e, priv) }
	}
	res := func(r, e, s uint32) func(*ids, bool) unix.Errno {
		return func(x *ids, priv bool) unix.Errno { return x.setres(r, e, s, priv) }
	}
	for _, c := range []struct {
		name   string
		from   credentials
		change func(*ids, bool) unix.Errno
		want   string
	}{
		{"root setuid 5", root, set(5), "5 5 5"},
		{"root setuid -1", root, set(keep), "invalid argument"},
		{"user setuid to itself", user(5, 5, 5), set(5), "5 5 5"},
		{"user setuid 0", user(5, 5, 5), set(0), "operation not permitted"},
		{"setuid program drops for a while", user(5, 0, 0), re(keep, 5), "5 5 0"},
		{"and regains by setuid, effective only", user(5, 5, 0), set(0), "5 0 0"},
		{"user setuid to its real id", user(5, 6, 7), set(5), "5 5 7"},
		{"user setuid to its effective id", user(5, 6, 7), set(6), "operation not permitted"},
		{"root setreuid 5 6", root, re(5, 6), "5 6 6"},
		{"root setreuid -1 6", root, re(keep, 6), "0 6 6"},
		{"root setreuid -1 0 keeps saved", user(0, 0, 9), re(keep, 0), "0 0 9"},
		{"user swaps real and effective", user(5, 6, 6), re(6, 5), "6 5 5"},
		{"user effective to saved", user(5, 5, 7), re(keep, 7), "5 7 7"},
		{"user real to saved", user(5, 5, 7), re(7, keep), "operation not permitted"},
		{"user setreuid foreign", user(5, 5, 5), re(keep, 8), "operation not permitted"},
		{"root setresuid 1 2 3", root, res(1, 2, 3), "1 2 3"},
		{"root setresuid -1 2 -1", root, res(keep, 2, keep), "0 2 0"},
		{"user permutes", user(1, 2, 3), res(3, 1, 2), "3 1 2"},
		{"user setresuid foreign saved", user(1, 2, 3), res(1, 2, 4), "operation not permitted"},
		{"nothing", user(1, 2, 3), res(keep, keep, keep), "1 2 3"},
	} {
		got := c.from
		e := got.changeUser(c.change)
		text := fmt.Sprint(got.u.real, got.u.effective, got.u.saved)
		if e != 0 {
			text = e.Error()
			if got != c.from {
				t.Errorf("%s: failed and changed %+v", c.name, got)
			}
		} else if got.u.fs != got.u.effective {
			t.Errorf("%s: file system id %d", c.name, got.u.fs)
		}
		if text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
}

// TestCapabilitiesFollowUser: capabilities(7), "Effect of user ID changes".
func TestCapabilitiesFollowUser(t *testing.T) {
	change := func(c credentials, r, e, s uint32) credentials {
		if err := c.changeUser(func(x *ids, priv bool) unix.Errno { return x.setres(r, e, s, priv) }); err != 0 {
			t.Errorf("%+v to %d %d %d: %v", c.u, r, e, s, err)
		}
		return c
	}
	check := func(name string, c credentials, permitted, effective uint8) {
		if c.permitted != permitted || c.effective != effective {
			t.Errorf("%s: permitted %d effective %d, want %d %d", name, c.permitted, c.effective, permitted, effective)
		}
	}
	check("dropped", change(root, 5, 5, 5), 0, 0)
	check("effective dropped", change(root, keep, 5, keep), mayBoth, 0)
	check("and back", change(change(root, keep, 5, keep), keep, 0, keep), mayBoth, mayBoth)
	kept := root
	kept.keepCaps = true
	kept = change(kept, 5, 5, 5)
	check("kept", kept, mayBoth, 0)
	if e := kept.changeGroup(func(x *ids, priv bool) unix.Errno { return x.set(7, priv) }); e != unix.EPERM {
		t.Errorf("group without effective capability: %v", e)
	}
	if e := kept.capset(mayBoth, maySetgid); e != 0 {
		t.Errorf("raising a permitted capability: %v", e)
	}
	if e := kept.changeGroup(func(x *ids, priv bool) unix.Errno { return x.set(7, priv) }); e != 0 || kept.g.real != 7 {
		t.Errorf("group with capability: %v %+v", e, kept.g)
	}
	dropped := change(root, 5, 5, 5)
	if e := dropped.capset(maySetuid, maySetuid); e != unix.EPERM {
		t.Errorf("a user gives itself a capability: %v", e)
	}
	bounded := root
	bounded.capset(0, 0)
	if e := bounded.changeUser(func(x *ids, priv bool) unix.Errno { return x.set(5, priv) }); e != unix.EPERM {
		t.Errorf("root without CAP_SETUID: %v", e)
	}
}

func TestExec(t *testing.T) {
	for _, c := range []struct {
		name           string
		from           credentials
		mode, uid, gid uint32
		want           credentials
	}{
		{"user, plain file", user(5, 5, 5), 0o100755, 0, 0, user(5, 5, 5)},
		{"user, setuid root", user(5, 5, 5), 0o104755, 0, 0, func() credentials {
			c := user(5, 0, 0)
			c.g = ids{5, 5, 5, 5}
			return c
		}()},
		{"user, setgid root", user(5, 5, 5), 0o102755, 0, 0, func() credentials {
			c := user(5, 5, 5)
			c.g = ids{5, 0, 0, 0}
			return c
		}()},
		{"setgid without group x is mandatory locking", user(5, 5, 5), 0o102745, 0, 0, user(5, 5, 5)},
		{"setuid of an unmapped owner", user(5, 5, 5), 0o104755, 65534, 65534, user(5, 5, 5)},
		{"saved ids follow the effective", user(5, 6, 0), 0o100755, 0, 0, user(5, 6, 6)},
	} {
		got := c.from
		got.keepCaps = true
		got.exec(c.mode, c.uid, c.gid)
		if got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

func TestTable(t *testing.T) {
	used := map[uint64]bool{}
	asked := 0
	tab := newTable(func() map[uint64]bool { asked++; return used })
	if slot, ok := tab.put(root); !ok || slot != rlimInfinity || tab.get(slot) != root {
		t.Errorf("root is %#x", slot)
	}
	if tab.get(1024) != root || tab.get(0) != root {
		t.Error("an ordinary limit is not root")
	}
	slot, _ := tab.put(user(5, 5, 5))
	if again, _ := tab.put(user(5, 5, 5)); again != slot || tab.get(slot) != user(5, 5, 5) {
		t.Error("the same credentials have two slots")
	}
	used[slot] = true
	for i := range uint32(4 * maxCredentials) {
		if _, ok := tab.put(user(10+i, 10, 10)); !ok {
			t.Fatalf("full after %d that nobody uses", i)
		}
	}
	if tab.get(slot) != user(5, 5, 5) {
		t.Error("credentials in use are lost")
	}
	if asked == 0 || len(tab.bySlot) > maxCredentials || len(tab.bySlot) != len(tab.slots) {
		t.Errorf("asked %d times, %d entries, %d slots", asked, len(tab.bySlot), len(tab.slots))
	}
	if tab.get(slot+1) != nobody {
		t.Error("forgotten credentials are not nobody's")
	}
	full := newTable(nil)
	full.used = func() map[uint64]bool {
		all := map[uint64]bool{}
		for s := range full.bySlot {
			all[s] = true
		}
		return all
	}
	count := 0
	for i := range uint32(maxCredentials + 8) {
		if _, ok := full.put(user(10+i, 10, 10)); ok {
			count++
		}
	}
	if count != maxCredentials {
		t.Errorf("a table in full use holds %d, want %d", count, maxCredentials)
	}
	big := newTable(func() map[uint64]bool { return nil })
	c := user(5, 5, 5)
	c.groups = string(make([]byte, 4*ngroupsMax))
	for i := range uint32(1000) {
		c.u.real = i
		if _, ok := big.put(c); !ok || big.groups > maxGroupBytes {
			t.Fatalf("groups: %v, %d bytes", ok, big.groups)
		}
	}
}

// FuzzStartStack: a program chooses its name, and so part of the line.
func FuzzStartStack(f *testing.F) {
	f.Add("(a) b) S 1")
	f.Add("")
	f.Fuzz(func(t *testing.T, name string) {
		line := "12 (" + name + ") S 1 12 12 0 -1 4194304 96 0 0 0 0 0 0 0 20 0 1 0 7 1 2 3 4 5 4242 6 7\n"
		if got := startStack([]byte(line)); got != 4242 {
			t.Errorf("%q: %d", line, got)
		}
		startStack([]byte(name))
	})
}
