// Package translate carries paths and environment between an instance and the
// host.
package translate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrNotShared is a path that does not lead to the same file on the host.
var ErrNotShared = errors.New("not visible on the host")

// Paths translates a caller's paths, which are spelt the same on the host.
type Paths interface {
	// Open opens, by O_PATH, the host's file to which the caller's absolute
	// path leads. The error wraps [ErrNotShared], or fs.ErrNotExist where the
	// caller has no such file either.
	Open(path string) (*os.File, error)
}

func notShared(path, why string) error {
	return fmt.Errorf("%s: %w: %s (use a folder that is shared, such as your home)", path, ErrNotShared, why)
}

// Identity is for a caller that sees the host's own files.
type Identity struct{}

func (Identity) Open(path string) (*os.File, error) { return openHere(path) }

// openHere opens a path of the host. One that cannot be opened may be there for the
// caller all the same.
func openHere(path string) (*os.File, error) {
	if !filepath.IsAbs(path) {
		return nil, notShared(path, "not an absolute path")
	}
	return os.OpenFile(path, unix.O_PATH|unix.O_CLOEXEC, 0)
}

// Shared is for a caller on another kernel that sees these folders of the host at
// the same path. The caller says itself how it spells its paths and makes links as
// it likes, so what counts is where the opened file is; and whether there is
// anything outside the folders is none of its business.
type Shared []string

func (folders Shared) Open(path string) (*os.File, error) {
	outside := notShared(path, "outside the shared folders")
	if !filepath.IsAbs(path) || !folders.hold(filepath.Clean(path)) {
		return nil, outside
	}
	file, err := openHere(path)
	if errors.Is(err, fs.ErrNotExist) && !folders.leave(path) {
		return nil, err
	}
	if err != nil {
		return nil, outside
	}
	// proc_pid_fd(5): the link of a descriptor is its file's real path.
	real, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", file.Fd()))
	if err != nil || !folders.hold(real) {
		file.Close()
		return nil, outside
	}
	return file, nil
}

// hold reports whether the path is one of the folders or below one.
func (folders Shared) hold(path string) bool {
	for _, folder := range folders {
		real, err := filepath.EvalSymlinks(folder)
		if err != nil {
			continue // a folder that is gone shares nothing
		}
		if within(folder, path) || within(real, path) {
			return true
		}
	}
	return false
}

func within(folder, path string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// leave reports whether a path to nothing may lead out of the folders: its deepest
// folder that exists is outside, or what stands there is a link.
func (folders Shared) leave(path string) bool {
	if path != filepath.Clean(path) {
		return true // ".." behind a link is not what it seems
	}
	for {
		parent := filepath.Dir(path)
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return true
		}
		if real, err := filepath.EvalSymlinks(parent); err == nil {
			return !folders.hold(real)
		}
		if path = parent; path == "/" {
			return true
		}
	}
}

// A Process is a caller on this kernel in other name spaces, by a directory that
// stands for its /proc/PID. The kernel says which of its paths lead to the same
// file here, so no list of shared folders can be wrong or be lied about.
type Process struct{ Proc *os.File }

// OpenProcess stands for the process with that number.
func OpenProcess(pid int) (*Process, error) {
	proc, err := os.Open(fmt.Sprintf("/proc/%d", pid))
	if err != nil {
		return nil, err
	}
	return &Process{proc}, nil
}

// Close lets go of the process.
func (p *Process) Close() error { return p.Proc.Close() }

func (p *Process) Open(path string) (*os.File, error) {
	if !filepath.IsAbs(path) {
		return nil, notShared(path, "not an absolute path")
	}
	root, err := unix.Openat(int(p.Proc.Fd()), "root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, notShared(path, "its caller is gone or hidden: "+err.Error())
	}
	defer unix.Close(root)
	// RESOLVE_IN_ROOT: absolute links inside are the instance's, not ours.
	there, err := unix.Openat2(root, path, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err) // wrong for the caller itself
	}
	defer unix.Close(there)
	here, err := openHere(path)
	if err != nil {
		return nil, notShared(path, "on the host: "+errors.Unwrap(err).Error())
	}
	var inside, outside unix.Stat_t
	err = errors.Join(unix.Fstat(there, &inside), unix.Fstat(int(here.Fd()), &outside))
	switch {
	case err != nil:
		err = notShared(path, err.Error())
	case inside.Dev != outside.Dev || inside.Ino != outside.Ino:
		err = notShared(path, "on the host this path is another file")
	default:
		return here, nil
	}
	here.Close()
	return nil, err
}

var _ Paths = Identity{}
var _ Paths = Shared(nil)
var _ Paths = (*Process)(nil)
