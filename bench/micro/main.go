// Command micro times one kind of system call and prints nanoseconds a call.
//
//	micro stat|open|fork|spawn COUNT
//
// It is static, so that it runs in any root folder. spawn starts this program
// itself, which then ends at once.
package main

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		return // started by spawn
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "micro:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	calls := map[string]func() error{"stat": stat, "open": open, "fork": fork, "spawn": spawn}
	if len(args) != 2 || calls[args[0]] == nil {
		return fmt.Errorf("usage: micro stat|open|fork|spawn COUNT")
	}
	count, err := strconv.Atoi(args[1])
	if err != nil || count <= 0 {
		return fmt.Errorf("count: %q is no positive number", args[1])
	}
	call := calls[args[0]]
	begin := time.Now()
	for range count {
		if err := call(); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
	}
	fmt.Println(time.Since(begin).Nanoseconds() / int64(count))
	return nil
}

func stat() error {
	var st syscall.Stat_t
	return syscall.Stat(os.Args[0], &st)
}

func open() error {
	fd, err := syscall.Open(os.Args[0], syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return syscall.Close(fd)
}

// fork is fork, exit and wait without an execve. The child has one thread of a
// runtime of several, so it does nothing but leave.
//
//go:nosplit
//go:norace
func fork() error {
	pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if pid == 0 && errno == 0 {
		for {
			syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
		}
	}
	if errno != 0 {
		return errno
	}
	return wait(int(pid))
}

func spawn() error {
	pid, err := syscall.ForkExec(os.Args[0], os.Args[:1], nil)
	if err != nil {
		return err
	}
	return wait(pid)
}

func wait(pid int) error {
	for {
		if _, err := syscall.Wait4(pid, nil, 0, nil); err != syscall.EINTR {
			return err
		}
	}
}
