// Package idmap finds out which user and group ids a distro's files and
// processes can have on this machine for this user, and sets such a mapping up.
//
// There are three modes, best first:
//
//	identity  root: every id is itself
//	range     an ordinary user with subordinate ids (subuid(5)): 0 is the user,
//	          1 to N are the subordinate ids; written by newuidmap(1)
//	single    an ordinary user without, or root after unshare -r: 0 is the user
//	          and no other id exists; package fakeroot makes programs believe
//	          otherwise
package idmap

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"golang.org/x/sys/unix"
)

// Mode is how ids are mapped.
type Mode string

const (
	Identity Mode = "identity"
	Range    Mode = "range"
	Single   Mode = "single"
)

// A Map is a mapping of the ids inside (ContainerID) to the ids of the caller's
// user name space (HostID). The ids inside ascend without a gap from 0, but for
// Identity.
type Map struct {
	Mode Mode                   `json:"mode"`
	UIDs []syscall.SysProcIDMap `json:"uids"`
	GIDs []syscall.SysProcIDMap `json:"gids"`
}

// Equal reports whether both maps give the same ids.
func (m Map) Equal(o Map) bool {
	return m.Mode == o.Mode && slices.Equal(m.UIDs, o.UIDs) && slices.Equal(m.GIDs, o.GIDs)
}

// Choose returns the best mapping that this process can set up. The lacks say
// why it is not a better one: why there are no other ids in mode Single, or that the ids given are fewer than a distro uses in mode Range.
func Choose() (Map, []plugins.Lack) {
	single := Map{
		Mode: Single,
		UIDs: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GIDs: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
	if os.Geteuid() == 0 {
		all := identity()
		if lacks := rootLack(all); len(lacks) > 0 {
			return single, lacks
		}
		return all, nil
	}
	if lacks := helpersLack(); len(lacks) > 0 {
		return single, lacks
	}
	names := owners()
	uids, err := subordinate("/etc/subuid", names, os.Geteuid())
	if err != nil {
		return single, []plugins.Lack{rangeLack("user", "/etc/subuid", "--add-subuids", names, err)}
	}
	gids, err := subordinate("/etc/subgid", names, os.Getegid())
	if err != nil {
		return single, []plugins.Lack{rangeLack("group", "/etc/subgid", "--add-subgids", names, err)}
	}
	m := Map{Mode: Range, UIDs: uids, GIDs: gids}
	var lacks []plugins.Lack
	for _, r := range []struct {
		kind, file string
		ids        []syscall.SysProcIDMap
	}{{"user", "/etc/subuid", uids}, {"group", "/etc/subgid", gids}} {
		if n := total(r.ids); n < wanted {
			lacks = append(lacks, plugins.Lack{
				What:   fmt.Sprintf("subordinate %s ids", r.kind),
				Why:    fmt.Sprintf("only %d ids, so that files of higher ids cannot be unpacked", n),
				Remedy: fmt.Sprintf("ask the administrator for a range of %d in %s", wanted, r.file),
			})
		}
	}
	return m, lacks
}

// rootLack tells why root of a user name space has no other ids to give, as after
// unshare -r: what is denied or missing there stays so in every space below.
func rootLack(all Map) []plugins.Lack {
	why := ""
	if text, err := os.ReadFile("/proc/self/setgroups"); err == nil && strings.TrimSpace(string(text)) == "deny" {
		why = "this is root of a user name space in which setgroups is denied"
	} else if total(all.UIDs) == 1 || total(all.GIDs) == 1 {
		why = "this is root of a user name space with a single id"
	}
	if why == "" {
		return nil
	}
	return []plugins.Lack{{What: "other ids than root's", Why: why, Remedy: "start lxsh outside of it"}}
}

// wanted is how many ids a distro uses: nobody is 65534.
const wanted = 65536

// identity maps every id that exists in this process's own name space to itself.
// In the initial one that is 0 to 2^32-2; root in a container has fewer.
func identity() Map {
	return Map{Mode: Identity, UIDs: ownIDs("/proc/self/uid_map"), GIDs: ownIDs("/proc/self/gid_map")}
}

func ownIDs(file string) []syscall.SysProcIDMap {
	all := []syscall.SysProcIDMap{{Size: 1<<32 - 1}}
	text, err := os.ReadFile(file)
	if err != nil {
		return all // a kernel without user name spaces has every id
	}
	var ids []syscall.SysProcIDMap
	for line := range lines(text) {
		var e syscall.SysProcIDMap
		if _, err := fmt.Sscan(line, &e.ContainerID, &e.HostID, &e.Size); err == nil {
			e.HostID = e.ContainerID
			ids = append(ids, e)
		}
	}
	if len(ids) == 0 {
		return all
	}
	return ids
}

// owners are the spellings by which subuid(5) may name this user.
func owners() []string {
	uid := strconv.Itoa(os.Geteuid())
	if u, err := user.LookupId(uid); err == nil {
		return []string{u.Username, uid}
	}
	// A user of LDAP or the like is not in passwd. The name is only a claim
	// here, which newuidmap checks again.
	if name := os.Getenv("USER"); name != "" {
		return []string{name, uid}
	}
	return []string{uid}
}

func rangeLack(kind, file, option string, names []string, err error) plugins.Lack {
	return plugins.Lack{
		What: fmt.Sprintf("subordinate %s ids", kind),
		Why:  err.Error(),
		Remedy: fmt.Sprintf("as root: usermod %s 100000-165535 %s, with a range that nobody else has in %s",
			option, names[0], file),
	}
}

// helpersLack checks that newuidmap and newgidmap are there and can gain the
// privilege that they need.
func helpersLack() []plugins.Lack {
	if set, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); err == nil && set == 1 {
		return []plugins.Lack{{
			What:   "subordinate ids",
			Why:    "newuidmap gains no privilege: no_new_privs is set on this process",
			Remedy: "start lxsh outside the service or container that sets it",
		}}
	}
	for _, name := range []string{"newuidmap", "newgidmap"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = privileged(path)
		}
		if err != nil {
			return []plugins.Lack{{
				What:   name,
				Why:    err.Error(),
				Remedy: "as root: apt-get install uidmap",
			}}
		}
	}
	return nil
}

// privileged reports whether executing path gives more rights than the caller
// has: by its setuid bit, as in Debian, or by file capabilities.
func privileged(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSetuid != 0 {
		return nil
	}
	if n, err := unix.Getxattr(path, "security.capability", nil); err == nil && n > 0 {
		return nil
	}
	return errors.New(path + " is neither setuid nor has capabilities")
}
