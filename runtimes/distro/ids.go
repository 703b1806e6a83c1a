package distro

import (
	"os"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// checkIDs makes sure that this process can have the ids that the distro was
// unpacked with: with others, its files would belong to strangers. Files of one id
// are at home among more of the same user's; from then on the distro has those.
func (s *Store) checkIDs(d Distro) error {
	m, lacks := idmap.Choose()
	if m.Equal(d.IDs) {
		return nil
	}
	if d.IDs.Mode == idmap.Single && m.Mode != idmap.Identity && isOwner(s.root(d.Name), m.UIDs[0].HostID) {
		if m.Mode == idmap.Single {
			return nil // seen from another user name space
		}
		d.IDs = m
		return d.write(s.path(d.Name, "distro.json"))
	}
	lack := plugins.Lack{
		What:   "the ids of distro " + d.Name,
		Why:    "it was unpacked with other ids than this user has",
		Remedy: "use it as the user who imported it, or import it again",
	}
	switch {
	case d.IDs.Mode == idmap.Identity && os.Geteuid() != 0:
		lack.Why, lack.Remedy = "root imported it", "use it as root, or import it again as this user"
	case d.IDs.Mode != idmap.Identity && m.Mode == idmap.Identity:
		lack.Why, lack.Remedy = "an ordinary user imported it", "use it as that user; root's own distros are found with root's HOME (sudo -H)"
	case m.Mode == idmap.Single && len(lacks) > 0:
		lack.Why, lack.Remedy = lacks[0].Why, lacks[0].Remedy
	case m.Mode == idmap.Range && d.IDs.Mode == idmap.Range:
		lack.Why = "this user's subordinate ids are not the ones it was unpacked with"
		lack.Remedy = "restore the user's ranges in /etc/subuid and /etc/subgid, or import the distro again"
	}
	return &plugins.LackError{Lack: lack}
}

func isOwner(path string, uid int) bool {
	info, err := os.Stat(path)
	return err == nil && int(info.Sys().(*syscall.Stat_t).Uid) == uid
}
