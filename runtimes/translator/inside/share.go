package inside

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// own are the top-level folders that are the distro's own: sharing the host's
// would take its programs away. What lies deeper can be shared, but in kernel.
var own = []string{"bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc", "run", "sbin", "sys", "usr", "var"}

// kernel are folders that have no place for anything of the host's.
var kernel = []string{"/proc", "/sys", "/dev"}

// shares returns which of the folders to share, outermost first, without those
// that another one brings along.
func shares(folders []string) []string {
	var list []string
	sorted := slices.Clone(folders)
	slices.Sort(sorted) // a folder comes before what is in it
	for _, folder := range sorted {
		folder = path.Clean(folder)
		first, _, deeper := strings.Cut(strings.TrimPrefix(folder, "/"), "/")
		switch {
		case !path.IsAbs(folder), folder == "/", slices.Contains(own, first) && !deeper, within(kernel, folder), within(list, folder):
			continue
		}
		list = append(list, folder)
	}
	return list
}

// within reports whether name is one of the folders or below one.
func within(folders []string, name string) bool {
	return slices.ContainsFunc(folders, func(f string) bool {
		return name == f || strings.HasPrefix(name, strings.TrimSuffix(f, "/")+"/")
	})
}

// hide covers lxsh's own folders where a share shows them. One that does not
// exist is made first (on the host): otherwise the instance could make it, and
// write a policy there. Programs that want to can still rename the folder above.
func hide(folders, shares []string) error {
	for _, folder := range folders {
		folder = path.Clean(folder)
		if !within(shares, folder) || leadsOut(folder) {
			continue
		}
		info, err := os.Stat(folder)
		if err == nil && !info.IsDir() {
			if err := unix.Mount("/dev/null", folder, "", unix.MS_BIND, ""); err != nil {
				return fmt.Errorf("cannot hide %s: %w", folder, err)
			}
			continue
		}
		switch err := os.MkdirAll(folder, 0o700); {
		case errors.Is(err, unix.EROFS), errors.Is(err, fs.ErrPermission):
			continue // nor can the instance make it
		case err != nil:
			return fmt.Errorf("cannot hide %s: %w", folder, err)
		}
		flags := uintptr(unix.MS_RDONLY | unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
		if err := mountNew("tmpfs", folder, flags, "mode=555,nr_inodes=1"); err != nil {
			return err
		}
	}
	return nil
}

// leadsOut reports whether a link on the way to folder has no target in here: what
// is behind it on the host does not show.
func leadsOut(folder string) bool {
	for ; folder != "/"; folder = path.Dir(folder) {
		if info, err := os.Lstat(folder); err == nil {
			_, err := os.Stat(folder)
			return info.Mode()&fs.ModeSymlink != 0 && errors.Is(err, fs.ErrNotExist)
		}
	}
	return false
}
