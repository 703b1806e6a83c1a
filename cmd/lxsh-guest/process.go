package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// descriptors lists what this process inherited: index i is i, or -1 where
// nothing is open. What Go opened for itself is marked close-on-exec.
func descriptors() ([]int, error) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil, fmt.Errorf("open descriptors: %w (mount /proc)", err)
	}
	var files []int
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC != 0 {
			continue
		}
		for len(files) <= fd {
			files = append(files, -1)
		}
		files[fd] = fd
	}
	return files, nil
}

// preservesArgv0 reports whether the kernel started this process as the
// interpreter of a binfmt_misc entry with the flag P: AT_FLAGS has
// AT_FLAGS_PRESERVE_ARGV0 (linux/binfmts.h, since 5.12).
func preservesArgv0() bool {
	const atFlags, preserve = 8, 1
	auxv, err := os.ReadFile("/proc/self/auxv")
	if err != nil {
		return false
	}
	const word = int(unsafe.Sizeof(uintptr(0)))
	for ; len(auxv) >= 2*word; auxv = auxv[2*word:] {
		if binary.NativeEndian.Uint64(auxv) == atFlags {
			return binary.NativeEndian.Uint64(auxv[word:])&preserve != 0
		}
	}
	return false
}
