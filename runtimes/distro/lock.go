package distro

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lxsh/lxsh/plugins/paths"
	"golang.org/x/sys/unix"
)

// Hold marks the distro with that root as in use until the file is closed or the
// process ends. A root that is no store's gives a nil file, which may be closed.
func Hold(root string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(filepath.Dir(root), "lock"), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is being removed", root)
	}
	return f, nil
}

// lockExclusive takes a lock file, made if need be; ErrInUse if it is held.
func lockExclusive(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, ErrInUse
	}
	return nil, &os.PathError{Op: "lock", Path: name, Err: err}
}

// change runs step while no other process makes or removes names in the store.
// Steps are a few renames: who waits longer than lockWait waits for a ghost.
func (s *Store) change(ctx context.Context, step func() error) error {
	const lockWait = 10 * time.Second
	if _, err := paths.Make(s.dir); err != nil {
		return err
	}
	for end := time.Now().Add(lockWait); ; {
		f, err := lockExclusive(s.path(".lock"))
		if err == nil {
			defer f.Close()
			return step()
		}
		if !errors.Is(err, ErrInUse) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s is locked by another lxsh (fuser %s shows which)", s.dir, s.path(".lock"))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
