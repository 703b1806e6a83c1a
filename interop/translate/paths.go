// Package translate carries paths and environment between an instance and the
// host.
package translate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrNotShared is a path that does not lead to the same file on the host.
var ErrNotShared = errors.New("not visible on the host")

// Paths translates a caller's absolute path to the host's. The error wraps
// [ErrNotShared], or fs.ErrNotExist where the caller has no such file either.
type Paths interface {
	ToHost(path string) (string, error)
}

func notShared(path, why string) error {
	return fmt.Errorf("%s: %w: %s (use a folder that is shared, such as your home)", path, ErrNotShared, why)
}

// Identity is for a caller that sees the host's own files.
type Identity struct{}

func (Identity) ToHost(path string) (string, error) {
	if !filepath.IsAbs(path) {
		return "", notShared(path, "not an absolute path")
	}
	return path, nil
}

// Shared is for a caller on another kernel that sees these folders of the host at
// the same path. The caller says itself how it spells its paths, so links on the
// host are followed before the answer: one that leads out of a shared folder
// leads nowhere.
type Shared []string

func (folders Shared) ToHost(path string) (string, error) {
	if !filepath.IsAbs(path) {
		return "", notShared(path, "not an absolute path")
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	for _, folder := range folders {
		folder, err := filepath.EvalSymlinks(folder)
		if err != nil {
			continue // a folder that is gone shares nothing
		}
		if real == folder || strings.HasPrefix(real, strings.TrimSuffix(folder, "/")+"/") {
			return path, nil
		}
	}
	return "", notShared(path, "outside the shared folders")
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

func (p *Process) ToHost(path string) (string, error) {
	if !filepath.IsAbs(path) {
		return "", notShared(path, "not an absolute path")
	}
	root, err := unix.Openat(int(p.Proc.Fd()), "root", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", notShared(path, "its caller is gone or hidden: "+err.Error())
	}
	defer unix.Close(root)
	// RESOLVE_IN_ROOT: absolute links inside are the instance's, not ours.
	there, err := unix.Openat2(root, path, &unix.OpenHow{
		Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err) // wrong for the caller itself
	}
	defer unix.Close(there)
	var inside, here unix.Stat_t
	if err := unix.Fstat(there, &inside); err != nil {
		return "", notShared(path, err.Error())
	}
	if err := unix.Stat(path, &here); err != nil {
		return "", notShared(path, "on the host: "+err.Error())
	}
	if inside.Dev != here.Dev || inside.Ino != here.Ino {
		return "", notShared(path, "on the host this path is another file")
	}
	return path, nil
}

var _ Paths = Identity{}
var _ Paths = Shared(nil)
var _ Paths = (*Process)(nil)
