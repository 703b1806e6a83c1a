package distro

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"github.com/lxsh/lxsh/runtimes/distro/names"
	"golang.org/x/sys/unix"
)

// Unregister removes the distro from the store; ErrInUse if an instance holds it.
func (s *Store) Unregister(ctx context.Context, name string) error {
	if err := names.Check(name); err != nil {
		return err
	}
	if !s.taken(name) {
		_, err := s.Get(name)
		return err
	}
	lock, err := lockExclusive(s.path(name, "lock"))
	if errors.Is(err, ErrInUse) {
		return fmt.Errorf("%s: %w (lxsh --terminate %s first)", name, ErrInUse, name)
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	gone := ""
	err = s.change(ctx, func() error {
		dir, err := os.MkdirTemp(s.dir, ".gone-*")
		if err != nil {
			return err
		}
		// os.Rename would not go over the empty folder.
		if err := unix.Rename(s.path(name), dir); err != nil {
			os.Remove(dir)
			return &os.PathError{Op: "rename", Path: s.path(name), Err: err}
		}
		gone = dir
		if current, _ := s.Default(); current == name {
			return os.Remove(s.path(names.Link))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.remove(ctx, gone)
}

// Clean removes what imports and removals that were killed have left.
func (s *Store) Clean(ctx context.Context) error {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".import-") && !strings.HasPrefix(e.Name(), ".gone-") {
			continue
		}
		var lock *os.File
		err := s.change(ctx, func() (err error) { // against one that is just being made
			lock, err = lockExclusive(s.path(e.Name(), "lock"))
			return err
		})
		if errors.Is(err, ErrInUse) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		err = s.remove(ctx, s.path(e.Name()))
		lock.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a folder of the store with its root, as the owner of its ids.
func (s *Store) remove(ctx context.Context, dir string) error {
	ids, _ := idmap.Choose()
	if _, err := runHelper(ctx, ids, "remove", filepath.Join(dir, "rootfs"), nil, nil); err != nil {
		return fmt.Errorf("cannot remove %s: %w", dir, err)
	}
	return os.RemoveAll(dir)
}
