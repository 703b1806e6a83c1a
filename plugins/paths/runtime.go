package paths

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// ErrNoRuntime says that no daemon has claimed a runtime folder that still
// exists.
var ErrNoRuntime = errors.New("no runtime folder is claimed")

// Runtime is the folder that the daemon of this user and store claimed. The
// error is ErrNoRuntime when there is none, or it vanished.
func Runtime() (string, error) {
	record, err := runtimeRecord()
	if err != nil {
		return "", err
	}
	dir, err := os.Readlink(record)
	if err != nil || private(dir) != nil {
		return "", ErrNoRuntime
	}
	return dir, nil
}

// ClaimRuntime makes the runtime folder for the caller's environment and writes
// it down for [Runtime]. Only the holder of [DaemonLock] calls it.
func ClaimRuntime() (string, error) {
	record, err := runtimeRecord()
	if err != nil {
		return "", err
	}
	base, err := runtimeBase()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, storeID(filepath.Dir(record)))
	if err := makePrivate(dir); err != nil {
		return "", err
	}
	// The record is a symbolic link: it is replaced in one step and needs no
	// parser.
	next := record + "." + strconv.Itoa(os.Getpid())
	os.Remove(next)
	if err := os.Symlink(dir, next); err != nil {
		return "", fmt.Errorf("cannot write %s: %w (%s)", record, cause(err), remedy(err))
	}
	if err := os.Rename(next, record); err != nil {
		os.Remove(next)
		return "", fmt.Errorf("cannot write %s: %w (%s)", record, cause(err), remedy(err))
	}
	return dir, nil
}

// DaemonLock is the file whose flock(2) the running daemon of this user and
// store holds. Its folder exists on return.
func DaemonLock() (string, error) { return dataFile("lxshd-" + uid() + ".lock") }

// InstanceLock is the file whose flock(2) the plugin of a running instance holds.
func InstanceLock(instance string) (string, error) {
	return dataFile("instance-" + uid() + "-" + instance + ".lock")
}

// RuntimeFolders lists the folders that hold the sockets of this user's
// daemons, for hiding them: they need not exist.
func RuntimeFolders() []string {
	list := []string{fallbackBase()}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		list = append(list, filepath.Join(dir, "lxsh"))
	}
	if dir, err := Runtime(); err == nil {
		list = append(list, filepath.Dir(dir))
	}
	return list
}

func runtimeRecord() (string, error) {
	data, err := Data()
	if err != nil {
		return "", err
	}
	return filepath.Join(data, "runtime-"+uid()), nil
}

func dataFile(name string) (string, error) {
	data, err := Data()
	if err != nil {
		return "", err
	}
	if _, err := Make(data); err != nil {
		return "", err
	}
	return filepath.Join(data, name), nil
}

// uid is part of the names in the data folder because sudo may keep HOME.
func uid() string { return strconv.Itoa(os.Geteuid()) }

func fallbackBase() string { return "/tmp/lxsh-" + uid() }

func storeID(data string) string {
	h := fnv.New32a()
	h.Write([]byte(data))
	return fmt.Sprintf("%08x", h.Sum32())
}

// runtimeBase prefers XDG_RUNTIME_DIR where it is really this user's and short
// enough for socket names.
func runtimeBase() (string, error) {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) && len(dir) <= 48 && private(dir) == nil {
		base := filepath.Join(dir, "lxsh")
		if makePrivate(base) == nil {
			return base, nil
		}
	}
	return fallbackBase(), makePrivate(fallbackBase())
}

// makePrivate makes one folder. One that exists must be the user's own: in /tmp
// somebody else may have made it first.
func makePrivate(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("cannot create %s: %w (%s)", dir, cause(err), remedy(err))
	}
	return private(dir)
}

func private(dir string) error {
	var st syscall.Stat_t
	if err := syscall.Lstat(dir, &st); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	switch {
	case st.Mode&syscall.S_IFMT != syscall.S_IFDIR:
		return fmt.Errorf("%s: not a folder (remove it)", dir)
	case int(st.Uid) != os.Geteuid():
		return fmt.Errorf("%s: belongs to user %d (remove it, or set XDG_RUNTIME_DIR)", dir, st.Uid)
	case st.Mode&0o077 != 0:
		return fmt.Errorf("%s: open to other users, mode %#o (chmod 700 it, or set XDG_RUNTIME_DIR)", dir, st.Mode&0o777)
	}
	return nil
}
