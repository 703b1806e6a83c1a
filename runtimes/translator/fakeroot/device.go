package fakeroot

import (
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A deviceCall is a mknod(2) of a device. It is made by a goroutine of its own,
// since a file system may take its time.
type deviceCall struct {
	listener *listener
	id       uint64
	tid      uint32
	dirfd    int32
	path     string
	mode     uint32
}

// maxDeviceCalls is how many may wait; a program that overruns it gets ENOMEM.
const maxDeviceCalls = 256

// queueDevice reads the arguments while the caller is known to be there.
func (s *Supervisor) queueDevice(l *listener, n *notification, o op, c *credentials) (answer, bool) {
	if c.u.effective != 0 {
		return failed(unix.EPERM), false
	}
	call := deviceCall{listener: l, id: n.ID, tid: n.Tid, dirfd: unix.AT_FDCWD}
	args := n.Args[:]
	if o == opMknodat {
		call.dirfd = int32(args[0])
		args = args[1:]
	}
	path, e := readPath(n.Tid, args[0])
	if e != 0 {
		return failed(e), false
	}
	call.path, call.mode = path, uint32(args[1])
	select {
	case s.devices <- call:
		return answer{}, true
	default:
		return failed(unix.ENOMEM), false
	}
}

// makeDevices works off the queue. Its thread has a root, working directory and
// umask of its own, so that it can take those of a caller, and the kernel walks
// the path and makes the file exactly as it would have.
func (s *Supervisor) makeDevices() {
	defer s.done.Done()
	runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
	err := unix.Unshare(unix.CLONE_FS)
	for call := range s.devices {
		e := unix.ENOSYS
		if err == nil {
			e = s.makeDevice(&call)
		}
		a := failed(e)
		a.ID = call.id
		call.listener.send(&a)
	}
}

// makeDevice makes an empty regular file in the place of the device.
func (s *Supervisor) makeDevice(call *deviceCall) unix.Errno {
	rootfd, err := s.proc.path(call.tid, "root")
	if err != nil {
		return errno(err)
	}
	defer unix.Close(rootfd)
	link := "cwd"
	if call.dirfd != unix.AT_FDCWD && !strings.HasPrefix(call.path, "/") {
		if call.dirfd < 0 {
			return unix.EBADF
		}
		link = "fd/" + strconv.Itoa(int(call.dirfd))
	}
	dirfd, err := s.proc.path(call.tid, link)
	if err != nil {
		if link != "cwd" {
			return unix.EBADF
		}
		return errno(err)
	}
	defer unix.Close(dirfd)
	mask, err := s.proc.umask(call.tid)
	if err != nil {
		return errno(err)
	}
	if !call.listener.valid(call.id) {
		return unix.ESRCH // nobody reads it
	}
	if err := unix.Fchdir(rootfd); err != nil {
		return errno(err)
	}
	if err := unix.Chroot("."); err != nil {
		return errno(err)
	}
	unix.Umask(mask)
	if err := unix.Mknodat(dirfd, call.path, unix.S_IFREG|call.mode&0o7777, 0); err != nil {
		return errno(err)
	}
	return 0
}

// errno is the number in an error of a system call.
func errno(err error) unix.Errno {
	if e, ok := err.(unix.Errno); ok {
		return e
	}
	return unix.EIO
}
