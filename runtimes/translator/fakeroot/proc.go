package fakeroot

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// proc is a descriptor of /proc, which stays right when a thread changes its root.
type proc int

func openProc() (proc, error) {
	fd, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, &os.PathError{Op: "open", Path: "/proc", Err: err}
	}
	return proc(fd), nil
}

func (p proc) close() { unix.Close(int(p)) }

// list returns the names in /proc; on an error, those it could read.
func (p proc) list() []string {
	fd, err := unix.Openat(int(p), ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	dir := os.NewFile(uintptr(fd), "/proc")
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	return names
}

// read returns a short file of a task, at most 4 KiB of it.
func (p proc) read(tid uint32, name string) ([]byte, error) {
	fd, err := unix.Openat(int(p), task(tid, name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	b := make([]byte, 4096)
	n, err := unix.Read(fd, b)
	if err != nil {
		return nil, err
	}
	return b[:n], nil
}

// path opens what a link of a task stands for: its root, cwd or a descriptor.
func (p proc) path(tid uint32, link string) (int, error) {
	return unix.Openat(int(p), task(tid, link), unix.O_PATH|unix.O_CLOEXEC, 0)
}

func task(tid uint32, name string) string {
	return strconv.FormatUint(uint64(tid), 10) + "/" + name
}

// An image tells one executed program from another.
type image struct {
	devMajor, devMinor uint32
	inode              uint64
	stack              uint64 // initial stack address, random by ASLR for each exec, kept by fork
}

// image returns the program that a task runs now, with its file's mode and owners.
// The attributes are those that the kernel has at hand: a FUSE server inside that
// would have to be asked may itself be waiting for the supervisor.
func (p proc) image(tid uint32) (image, unix.Statx_t, error) {
	var st unix.Statx_t
	err := unix.Statx(int(p), task(tid, "exe"), unix.AT_STATX_DONT_SYNC,
		unix.STATX_INO|unix.STATX_MODE|unix.STATX_UID|unix.STATX_GID, &st)
	if err != nil {
		return image{}, st, err
	}
	stat, err := p.read(tid, "stat")
	if err != nil {
		return image{}, st, err
	}
	return image{st.Dev_major, st.Dev_minor, st.Ino, startStack(stat)}, st, nil
}

// startStack is field 28 of /proc/PID/stat (proc_pid_stat(5)). The program's name
// before it is in parentheses and may hold any byte.
func startStack(stat []byte) uint64 {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const startstack = 28 - 3 // the first field after the name is the third
	if len(fields) <= startstack {
		return 0
	}
	v, _ := strconv.ParseUint(string(fields[startstack]), 10, 64)
	return v
}

// umask is the file mode creation mask of a task.
func (p proc) umask(tid uint32) (int, error) {
	status, err := p.read(tid, "status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "Umask:"); ok {
			mask, err := strconv.ParseUint(strings.TrimSpace(value), 8, 32)
			return int(mask), err
		}
	}
	return 0, unix.ENODATA
}
