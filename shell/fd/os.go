package fd

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// OS is a file of this kernel, used by plain blocking system calls: Go's poller
// would set O_NONBLOCK on descriptions that other processes share.
type OS int

var _ plugins.File = OS(0)

func (o OS) Fd() int { return int(o) }

func (o OS) Read(p []byte) (int, error) {
	for {
		n, err := syscall.Read(int(o), p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

func (o OS) Write(p []byte) (int, error) {
	for {
		n, err := syscall.Write(int(o), p)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}

func (o OS) Close() error { return syscall.Close(int(o)) }

// lowest is the first real number given to what the shell opens, so that the
// numbers people see in ps and /proc are those of the script (POSIX XCU 2.7
// leaves 10 and above to the shell).
const lowest = 10

// Up moves a descriptor out of the numbers that scripts use and makes it
// close-on-exec.
func Up(real int) (OS, error) {
	if real >= lowest {
		syscall.CloseOnExec(real)
		return OS(real), nil
	}
	n, err := unix.FcntlInt(uintptr(real), unix.F_DUPFD_CLOEXEC, lowest)
	_ = syscall.Close(real)
	if err != nil {
		return -1, os.NewSyscallError("fcntl", err)
	}
	return OS(n), nil
}

// Pipe returns the ends of a new pipe.
func Pipe() (r, w OS, err error) {
	var p [2]int
	if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC); err != nil {
		return -1, -1, os.NewSyscallError("pipe", err)
	}
	if r, err = Up(p[0]); err != nil {
		_ = syscall.Close(p[1])
		return -1, -1, err
	}
	if w, err = Up(p[1]); err != nil {
		_ = r.Close()
		return -1, -1, err
	}
	return r, w, nil
}

// Bytes returns a file from which data can be read, as a here-document needs:
// a pipe where the kernel holds it all, otherwise an unnamed file.
func Bytes(data string) (OS, error) {
	const held = 4096 // the least that a pipe ever holds: pipe(7)
	if len(data) <= held {
		r, w, err := Pipe()
		if err != nil {
			return -1, err
		}
		_, err = w.Write([]byte(data))
		_ = w.Close()
		return r, err
	}
	n, err := unix.MemfdCreate("here-document", unix.MFD_CLOEXEC)
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	m, err := Up(n)
	if err != nil {
		return -1, err
	}
	for rest := []byte(data); len(rest) > 0; {
		n, err := m.Write(rest)
		if err != nil {
			_ = m.Close()
			return -1, err
		}
		rest = rest[n:]
	}
	_, err = syscall.Seek(int(m), 0, 0)
	return m, err
}

// Adopt fills a table with the descriptors that this process inherited, each
// behind its own number, and makes them close-on-exec. What already is
// close-on-exec belongs to the Go runtime or to a library and stays out.
func Adopt() Table {
	var t Table
	dir, err := syscall.Open("/proc/self/fd", syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		for n := range 3 {
			t.adopt(n)
		}
		return t
	}
	defer syscall.Close(dir)
	buf := make([]byte, 4096)
	for {
		n, err := syscall.ReadDirent(dir, buf)
		if n <= 0 || err != nil {
			return t
		}
		_, _, names := syscall.ParseDirent(buf[:n], -1, nil)
		for _, name := range names {
			if n, err := strconv.Atoi(name); err == nil && n != dir {
				t.adopt(n)
			}
		}
	}
}

func (t *Table) adopt(n int) {
	flags, err := unix.FcntlInt(uintptr(n), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC != 0 {
		return
	}
	syscall.CloseOnExec(n)
	t.Set(n, New(OS(n)))
}
