// Command ids drops to user 42 as a login program does, tries to come back, and
// prints what it is then. It is built for 32 bits by TestKernel.
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	for _, err := range []error{
		syscall.Setgroups([]int{43, 3}), syscall.Setresgid(42, 42, 42), syscall.Setresuid(42, 42, 42),
		os.WriteFile("file32", nil, 0o600), os.Chown("file32", 5, 5),
	} {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	groups, err := syscall.Getgroups()
	fmt.Println(syscall.Setuid(0), syscall.Getuid(), syscall.Geteuid(), syscall.Getgid(), syscall.Getegid(), groups, err)
}
