package inside

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A tree is a copy of a part of the host's mount tree that is not mounted yet.
// It is taken before pivot_root and mounted after, so that every path inside is
// looked up in the distro's root, whatever links the distro has.
type tree int

// take copies what is mounted at path and below, following links.
func take(path string) (tree, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return -1, fmt.Errorf("cannot take %s along: %w", path, err)
	}
	return tree(fd), nil
}

// readOnly makes the tree read-only, all of it.
func (t tree) readOnly() error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if err := unix.MountSetattr(int(t), "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE, &attr); err != nil {
		return fmt.Errorf("cannot make a mount read-only: %w", err)
	}
	return nil
}

// mount mounts the tree at path, which is made when it is missing.
func (t tree) mount(path string) error {
	var st unix.Stat_t
	if err := unix.Fstat(int(t), &st); err != nil {
		return fmt.Errorf("cannot mount %s: %w", path, err)
	}
	if err := place(path, st.Mode&unix.S_IFMT == unix.S_IFDIR); err != nil {
		return err
	}
	err := unix.MoveMount(int(t), "", unix.AT_FDCWD, path, unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_SYMLINKS)
	if err != nil {
		return fmt.Errorf("cannot mount %s: %w", path, err)
	}
	return unix.Close(int(t))
}

// mountNew mounts a new file system.
func mountNew(kind, path string, flags uintptr, data string) error {
	if err := place(path, true); err != nil {
		return err
	}
	if err := unix.Mount(kind, path, kind, flags, data); err != nil {
		return fmt.Errorf("cannot mount %s: %w", path, err)
	}
	return nil
}

// place makes sure that there is a folder or a file at path to mount on. A link
// that leads nowhere gets its target.
func place(path string, folder bool) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir() == folder:
		return nil
	case err == nil:
		return fmt.Errorf("cannot mount %s: the distro has something else there", path)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot mount %s: %w", path, err)
	}
	for range 40 { // the kernel's own limit on links, path_resolution(7)
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	if folder {
		err = os.MkdirAll(path, 0o755)
	} else if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
		err = os.WriteFile(path, nil, 0o644)
	}
	if err != nil {
		return fmt.Errorf("cannot make a mount point in the distro: %w", err)
	}
	return nil
}

// pivot makes root the root, and lets go of the host's.
func pivot(root string) error {
	step := func(what string, err error) error {
		if err != nil {
			return fmt.Errorf("cannot enter the distro: %s %s: %w", what, root, err)
		}
		return nil
	}
	if err := step("bind", unix.Mount(root, root, "", unix.MS_BIND|unix.MS_REC, "")); err != nil {
		return err
	}
	if err := step("chdir", unix.Chdir(root)); err != nil {
		return err
	}
	// The old root ends up under the new one and is taken away from there
	// (pivot_root(2), "pivot_root(".", ".")").
	if err := step("pivot_root", unix.PivotRoot(".", ".")); err != nil {
		return err
	}
	if err := step("umount", unix.Unmount(".", unix.MNT_DETACH)); err != nil {
		return err
	}
	return step("chdir", unix.Chdir("/"))
}
