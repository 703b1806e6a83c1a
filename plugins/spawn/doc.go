// Package spawn starts commands as children of this process, here or inside an
// instance that shares the kernel, and waits for them.
//
//	here:      lxsh ──vfork──► command
//	instance:  lxsh ──vfork──► A: setns…, seccomp ──vfork(CLONE_PARENT)──► command
//
// A exists since setns(2) of a pid name space counts for children only, and since
// the instance's filter must not come over the shell. CLONE_PARENT makes the
// command the shell's own child, so that waiting, stopping, the terminal, process
// groups and limits are the kernel's own; A ends and is reaped at once.
//
// Package os/exec cannot do this: it knows no setns, no CLONE_PARENT, no umask, no
// signals to ignore, no order of search with the final word of execve(2) on each
// candidate. Here all of that is done in the vfork child, by raw system calls, so
// no helper program is executed in between.
//
// # The rules of the child
//
// Between vfork and execve the child runs on its parent's stack and in its
// memory, while the parent's other threads go on: see child and fork. All
// functions on the way are nosplit and norace; the linker checks that their
// frames fit. All signals are blocked until every handler is gone.
//
// # Limits
//
// The calling thread keeps its processor (in the Go sense) until execve has
// succeeded, as with package syscall. For that moment the child of an instance
// is in its name spaces with the shell's memory: a program in there that is
// allowed to trace it could read that. The namespace engine is no boundary
// against such a program anyway.
package spawn
