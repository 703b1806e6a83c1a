package inside

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"golang.org/x/sys/unix"
)

const (
	binfmt = "/proc/sys/fs/binfmt_misc"
	// Helper is the base name, in InstanceConfig.Files, of the program that
	// takes foreign programs to the host.
	Helper = "lxsh-guest"
)

// foreign hands Windows programs to the helper, by a binfmt_misc of the
// instance's own user name space (Linux 6.7; before, and without the helper,
// such a file gives an exec format error). Flags: P keeps argv[0], F opens the
// helper now, so that it is found whatever the program does to its root.
func foreign(c *Config) error {
	var helper string
	for inside := range c.Instance.Files {
		if path.Base(inside) == Helper {
			helper = inside
		}
	}
	if helper == "" {
		return nil
	}
	err := unix.Mount("binfmt_misc", binfmt, "binfmt_misc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	if slices.ContainsFunc([]error{unix.EPERM, unix.ENODEV, unix.ENOENT, unix.EINVAL}, func(e error) bool { return errors.Is(err, e) }) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot mount binfmt_misc: %w", err)
	}
	err = os.WriteFile(binfmt+"/register", []byte(":lxsh:M::MZ::"+helper+":PF"), 0)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("cannot register %s with binfmt_misc: %w", helper, err)
	}
	return nil
}
