// Command locker tells what one program sees of another's locks and changes. It
// is static, so that it runs in any distro.
//
//	locker flock FILE   prints "free" or "held" (flock(2))
//	locker fcntl FILE   the same for a record lock (fcntl(2))
//	locker watch DIR    prints "watching", then the name of the first new file
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "locker:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: locker flock|fcntl|watch PATH")
	}
	if args[0] == "watch" {
		return watch(args[1])
	}
	f, err := os.OpenFile(args[1], os.O_RDWR, 0)
	if err != nil {
		return err
	}
	switch args[0] {
	case "flock":
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	case "fcntl":
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	}
	switch err {
	case nil:
		fmt.Println("free")
	case unix.EAGAIN, unix.EACCES:
		fmt.Println("held")
	default:
		return err
	}
	return nil
}

func watch(dir string) error {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return err
	}
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_CREATE); err != nil {
		return err
	}
	fmt.Println("watching")
	// inotify(7): one event with a name behind it, padded with NUL.
	event := make([]byte, unix.SizeofInotifyEvent+unix.NAME_MAX+1)
	n, err := unix.Read(fd, event)
	if err != nil {
		return err
	}
	fmt.Println(strings.TrimRight(string(event[unix.SizeofInotifyEvent:n]), "\x00"))
	return nil
}
