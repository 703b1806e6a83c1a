// Package nofile remembers the limit on open files that this process was
// started with.
//
// Package syscall raises the soft limit in its init function and keeps the old
// value to itself. Commands must get the old one back (programs that use
// select(2) or loop over all descriptors suffer otherwise). This package imports
// nothing that is initialised, so it runs before: the language initialises
// packages in the order of their import paths as soon as their imports are done
// (Go specification, "Program initialization"), and "github.com" sorts before
// "syscall".
package nofile

import "unsafe"

// Soft and Hard are RLIMIT_NOFILE at the start of the process. A Soft of 0 means
// that it could not be read.
var Soft, Hard uint64

func init() {
	var limit [2]uint64
	if getrlimit(unsafe.Pointer(&limit)) == 0 {
		Soft, Hard = limit[0], limit[1]
	}
}

// getrlimit is prlimit(0, RLIMIT_NOFILE, nil, limit).
//
//go:noescape
func getrlimit(limit unsafe.Pointer) (errno uintptr)
