package distro

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"github.com/lxsh/lxsh/runtimes/distro/names"
	"golang.org/x/sys/unix"
)

// Options are what an import may need of its caller.
type Options struct {
	Stdin io.Reader // read for the source "-"

	// Progress, if not nil, is called once with the source's size in bytes
	// (-1: not known), and what it returns is given all bytes that were read.
	Progress func(size int64) io.Writer
}

// Import makes a distro called name of source: a tar archive (plain, or compressed
// by gzip, bzip2, xz or zstd), "-" for one on standard input, or a folder. The
// first distro in a store becomes its default. If it fails or ctx ends, the store
// is as it was.
func (s *Store) Import(ctx context.Context, name, source string, o Options) (Distro, error) {
	if err := names.Check(name); err != nil {
		return Distro{}, err
	}
	if s.taken(name) {
		return Distro{}, takenError(name)
	}
	src, err := openSource(ctx, source, s.dir, o)
	if err != nil {
		return Distro{}, err
	}
	defer src.close()

	ids, _ := idmap.Choose()
	if err := s.Clean(ctx); err != nil {
		return Distro{}, err
	}
	var dir string
	var lock *os.File
	err = s.change(ctx, func() (err error) {
		dir, lock, err = s.temporary(".import-*")
		return err
	})
	if err != nil {
		return Distro{}, err
	}
	defer lock.Close()
	d, err := s.unpack(ctx, dir, ids, src)
	if err == nil {
		d.Name, d.Source, d.Created = name, source, time.Now().UTC().Truncate(time.Second)
		err = s.publish(ctx, dir, lock, d)
	}
	if err != nil {
		// Also after an interrupt: nothing half there.
		if e := s.remove(context.WithoutCancel(ctx), dir); e != nil {
			err = fmt.Errorf("%w; and %s could not be removed: %w", err, dir, e)
		}
		return Distro{}, err
	}
	return d, nil
}

func (s *Store) taken(name string) bool {
	_, err := os.Lstat(s.path(name))
	return !errors.Is(err, fs.ErrNotExist)
}

func takenError(name string) error {
	return fmt.Errorf("%s: %w (choose another, or lxsh --unregister %s)", name, ErrTaken, name)
}

// temporary makes a folder and holds its lock, so that [Store.Clean] spares it.
func (s *Store) temporary(pattern string) (string, *os.File, error) {
	dir, err := os.MkdirTemp(s.dir, pattern)
	if err != nil {
		return "", nil, err
	}
	lock, err := lockExclusive(filepath.Join(dir, "lock"))
	if err != nil {
		os.RemoveAll(dir)
		return "", nil, err
	}
	return dir, lock, nil
}

// unpack fills dir/rootfs.
func (s *Store) unpack(ctx context.Context, dir string, ids idmap.Map, src *source) (Distro, error) {
	root := filepath.Join(dir, "rootfs")
	if err := os.Mkdir(root, 0o755); err != nil {
		return Distro{}, err
	}
	if err := os.Chmod(root, 0o755); err != nil { // whatever the umask is
		return Distro{}, err
	}
	r, err := runHelper(ctx, ids, "unpack", root, src.stream, nil)
	// What the source says is nearer to the cause than what the helper made of
	// its end, unless the helper ended first.
	if cause := src.finish(); cause != nil && !errors.Is(cause, unix.EPIPE) {
		err = cause
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return Distro{}, fmt.Errorf("cannot import %s: %w", src.name, err)
	}
	return Distro{OS: r.OS, Arch: r.Arch, Size: r.Size, Files: r.Files, Notes: r.Notes, IDs: ids}, nil
}

// publish gives the finished folder its name.
func (s *Store) publish(ctx context.Context, dir string, lock *os.File, d Distro) error {
	if err := d.write(filepath.Join(dir, "distro.json")); err != nil {
		return err
	}
	return s.change(ctx, func() error {
		if s.taken(d.Name) { // by another import since
			return takenError(d.Name)
		}
		// From now on instances may hold it as well.
		if err := unix.Flock(int(lock.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
			return err
		}
		if err := os.Rename(dir, s.path(d.Name)); err != nil {
			return err
		}
		if _, err := os.Lstat(s.path(names.Link)); errors.Is(err, fs.ErrNotExist) {
			return names.SetDefault(s.dir, d.Name)
		}
		return nil
	})
}

// Export writes the distro's root to w as a tar archive that Import takes.
func (s *Store) Export(ctx context.Context, name string, w io.Writer) error {
	d, err := s.Get(name)
	if err != nil {
		return err
	}
	lock, err := Hold(s.root(name))
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := runHelper(ctx, d.IDs, "pack", s.root(name), nil, w); err != nil {
		return fmt.Errorf("cannot export %s: %w", name, err)
	}
	return nil
}
