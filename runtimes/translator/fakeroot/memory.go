package fakeroot

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// readMemory fills b from a task's memory; anything less is EFAULT, as for a
// system call with a bad pointer.
func readMemory(tid uint32, address uint64, b []byte) unix.Errno {
	if len(b) == 0 {
		return 0
	}
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(len(b))
	n, err := unix.ProcessVMReadv(int(tid), local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(b)}}, 0)
	if err != nil || n != len(b) {
		return unix.EFAULT
	}
	return 0
}

func writeMemory(tid uint32, address uint64, b []byte) unix.Errno {
	if len(b) == 0 {
		return 0
	}
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(len(b))
	n, err := unix.ProcessVMWritev(int(tid), local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(b)}}, 0)
	if err != nil || n != len(b) {
		return unix.EFAULT
	}
	return 0
}

// readPath reads a path as a system call does: up to its NUL, page by page, since
// the page after it may not exist.
func readPath(tid uint32, address uint64) (string, unix.Errno) {
	const page = 4096 // the least page size of all architectures
	var path []byte
	for len(path) < pathMax {
		chunk := make([]byte, min(page-address%page, uint64(pathMax-len(path))))
		if e := readMemory(tid, address, chunk); e != 0 {
			return "", e
		}
		if end := bytes.IndexByte(chunk, 0); end >= 0 {
			return string(append(path, chunk[:end]...)), 0
		}
		path = append(path, chunk...)
		address += uint64(len(chunk))
	}
	return "", unix.ENAMETOOLONG
}

func words(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.NativeEndian.AppendUint32(b, v)
	}
	return b
}
