package inside

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// A placed tree goes to path.
type placed struct {
	tree tree
	path string
}

// build makes the mounts of an instance and enters them. /proc is the host's
// until pid 1 mounts its own.
func build(c *Config) error {
	// What the host mounts later below a shared folder shows inside, and
	// nothing that is mounted inside shows on the host.
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return fmt.Errorf("cannot leave the host's mounts: %w", err)
	}
	shares := shares(c.Instance.Share)
	system, err := systemTrees(c)
	if err != nil {
		return err
	}
	shared, err := sharedTrees(c, shares)
	if err != nil {
		return err
	}
	files := hostFiles()
	zone := hostZone()

	if err := pivot(c.Instance.Root); err != nil {
		return err
	}
	if c.Map.Mode == idmap.Identity {
		if err := mountNew("tmpfs", "/dev", unix.MS_NOSUID, "mode=755"); err != nil {
			return err
		}
	}
	for _, p := range system {
		if err := p.tree.mount(p.path); err != nil {
			return err
		}
	}
	if err := devices(c.Map.Mode); err != nil {
		return err
	}
	if err := mountNew("tmpfs", "/run", unix.MS_NOSUID|unix.MS_NODEV, "mode=755"); err != nil {
		return err
	}
	if err := os.Mkdir("/run/lock", 0o1777); err != nil {
		return err
	}
	if !slices.Contains(shares, "/tmp") {
		if err := mountNew("tmpfs", "/tmp", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777"); err != nil {
			return err
		}
	}
	if err := copyHostFiles(files); err != nil {
		return err
	}
	for _, p := range shared {
		if err := p.tree.mount(p.path); err != nil {
			return err
		}
	}
	setZone(zone)
	return hide(c.Instance.Hide, shares)
}

// systemTrees are the host's folders that programs expect. The host's devices
// come along for an ordinary user, who has no more rights on them than before:
// so terminals have their names inside (ttyname(3)). Root, whom nothing would
// stop from writing to a disk, gets new ones instead; see devices.
func systemTrees(c *Config) ([]placed, error) {
	var list []placed
	add := func(host, path string) (tree, error) {
		t, err := take(host)
		list = append(list, placed{t, path})
		return t, err
	}
	if _, err := add("/proc", "/proc"); err != nil {
		return nil, err
	}
	sys, err := add("/sys", "/sys")
	if err != nil {
		return nil, err
	}
	// Only name spaces guard /sys, and root of this user name space may be root.
	if err := sys.readOnly(); err != nil {
		return nil, err
	}
	if c.Map.Mode != idmap.Identity {
		_, err := add("/dev", "/dev")
		return list, err
	}
	for _, name := range nodes {
		if _, err := add("/dev/"+name, "/dev/"+name); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// sharedTrees are the shared folders and the files of the config. A shared folder
// that has gone is left out: the user may have removed where the shell stood.
func sharedTrees(c *Config, shares []string) ([]placed, error) {
	var list []placed
	for _, path := range shares {
		t, err := take(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, placed{t, path})
	}
	for _, path := range slices.Sorted(maps.Keys(c.Instance.Files)) {
		t, err := take(c.Instance.Files[path])
		if err != nil {
			return nil, err
		}
		if err := t.readOnly(); err != nil {
			return nil, err
		}
		list = append(list, placed{t, path})
	}
	return list, nil
}
