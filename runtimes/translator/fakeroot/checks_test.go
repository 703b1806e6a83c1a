package fakeroot

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// checks run below the filter, each as root of a sandbox of its own and in an
// empty working directory. They use raw system calls: the packages syscall and
// unix repeat some calls on all threads.
var checks map[string]func() error

func init() {
	checks = map[string]func() error{
		"root":          checkRoot,
		"drop":          checkDrop,
		"inherit":       checkInherit,
		"setuid exec":   checkSetuidExec,
		"setuid twice":  checkSetuidTwice,
		"keepcaps":      checkKeepCaps,
		"chown":         checkChown,
		"mknod":         checkMknod,
		"mknod chroot":  checkMknodChroot,
		"limit hidden":  checkLimit,
		"bad arguments": checkBadArguments,
		"many users":    checkManyUsers,
		"killed":        checkKilled,
		"random calls":  checkRandom,
		"32 bits":       check32,

		"sub ids":    subIDs,
		"sub shell":  subShell,
		"sub user":   subUser,
		"sub loop":   subLoop,
		"sub random": subRandom,
	}
}

func sys(nr uintptr, args ...uintptr) (uintptr, unix.Errno) {
	var a [6]uintptr
	copy(a[:], args)
	r, _, e := unix.RawSyscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5])
	return r, e
}

func ptr[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// identity is what the process believes of itself, like "5 5 5/7 7 7/1 2".
func identity() string {
	var u, g [3]uint32
	sys(unix.SYS_GETRESUID, ptr(&u[0]), ptr(&u[1]), ptr(&u[2]))
	sys(unix.SYS_GETRESGID, ptr(&g[0]), ptr(&g[1]), ptr(&g[2]))
	groups := make([]uint32, 32)
	n, _ := sys(unix.SYS_GETGROUPS, 32, ptr(&groups[0]))
	one := func(nr uintptr) uint32 { r, _ := sys(nr); return uint32(r) }
	if one(unix.SYS_GETUID) != u[0] || one(unix.SYS_GETEUID) != u[1] || one(unix.SYS_GETGID) != g[0] || one(unix.SYS_GETEGID) != g[1] {
		return "getresuid and getuid differ"
	}
	text := fmt.Sprint(u[0], u[1], u[2], "/", g[0], g[1], g[2], "/")
	return strings.ReplaceAll(text+strings.Trim(fmt.Sprint(groups[:n]), "[]"), " / ", "/")
}

// expect compares errnos and identities; steps name the call.
func expect(step string, got, want any) error {
	if got != want {
		return fmt.Errorf("%s: %v, want %v", step, got, want)
	}
	return nil
}

func errnoOf(_ uintptr, e unix.Errno) unix.Errno { return e }

const ok = unix.Errno(0)

// become drops to a user as login programs do.
func become(id uint32) error {
	groups := []uint32{id + 1, 3}
	return errors.Join(
		expect("setgroups", errnoOf(sys(unix.SYS_SETGROUPS, 2, ptr(&groups[0]))), ok),
		expect("setresgid", errnoOf(sys(unix.SYS_SETRESGID, uintptr(id), uintptr(id), uintptr(id))), ok),
		expect("setresuid", errnoOf(sys(unix.SYS_SETRESUID, uintptr(id), uintptr(id), uintptr(id))), ok),
	)
}

func checkRoot() error {
	return errors.Join(
		expect("identity", identity(), "0 0 0/0 0 0/"),
		expect("setuid 0", errnoOf(sys(unix.SYS_SETUID, 0)), ok),
		expect("setuid -1", errnoOf(sys(unix.SYS_SETUID, minus1)), unix.EINVAL),
		expect("identity", identity(), "0 0 0/0 0 0/"),
	)
}

func checkDrop() error {
	if err := become(42); err != nil {
		return err
	}
	return errors.Join(
		expect("identity", identity(), "42 42 42/42 42 42/3 43"),
		expect("setuid 0", errnoOf(sys(unix.SYS_SETUID, 0)), unix.EPERM),
		expect("setreuid -1 0", errnoOf(sys(unix.SYS_SETREUID, minus1, 0)), unix.EPERM),
		expect("setresuid", errnoOf(sys(unix.SYS_SETRESUID, 42, 43, 42)), unix.EPERM),
		expect("setgid 0", errnoOf(sys(unix.SYS_SETGID, 0)), unix.EPERM),
		expect("setgroups", errnoOf(sys(unix.SYS_SETGROUPS, 0, 0)), unix.EPERM),
		expect("identity", identity(), "42 42 42/42 42 42/3 43"),
	)
}

// output runs another check as a child and returns what it prints.
func output(program, check string) (string, error) {
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), partEnv+"=check:"+check)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", check, err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func subIDs() error {
	fmt.Println(identity())
	return nil
}

func checkInherit() error {
	if err := become(42); err != nil {
		return err
	}
	got, err := output(os.Args[0], "sub ids")
	return errors.Join(err, expect("child", got, "42 42 42/42 42 42/3 43"))
}

// setuidCopy makes a setuid file of the test binary.
func setuidCopy() (string, error) {
	data, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile("setuid", data, 0o755); err != nil {
		return "", err
	}
	path, err := filepath.Abs("setuid")
	if err != nil {
		return "", err
	}
	return path, os.Chmod(path, 0o755|os.ModeSetuid)
}

func checkSetuidExec() error {
	path, err := setuidCopy()
	if err != nil {
		return err
	}
	if err := become(42); err != nil {
		return err
	}
	got, err := output(path, "sub ids")
	return errors.Join(err, expect("setuid program", got, "42 0 0/42 42 42/3 43"))
}

// checkSetuidTwice is sudo -u bob sudo: a setuid program drops to a user and
// executes the same file again.
func checkSetuidTwice() error {
	path, err := setuidCopy()
	if err != nil {
		return err
	}
	if err := become(42); err != nil {
		return err
	}
	got, err := output(path, "sub shell")
	return errors.Join(err, expect("the second setuid program", got, "77 0 0/77 77 77/3 78"))
}

func subShell() error {
	if err := errors.Join(
		expect("identity", identity(), "42 0 0/42 42 42/3 43"), become(77),
		expect("identity", identity(), "77 77 77/77 77 77/3 78"),
	); err != nil {
		return err
	}
	got, err := output(os.Args[0], "sub ids")
	fmt.Println(got)
	return err
}

// checkKeepCaps is setpriv --reuid --regid: the user is changed first.
func checkKeepCaps() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if _, e := sys(unix.SYS_CAPGET, ptr(&header), ptr(&data[0])); e != 0 {
		return e
	}
	return errors.Join(
		expect("keepcaps", errnoOf(sys(unix.SYS_PRCTL, prSetKeepcaps, 1)), ok),
		expect("setresuid", errnoOf(sys(unix.SYS_SETRESUID, 42, 42, 42)), ok),
		expect("setresgid before capset", errnoOf(sys(unix.SYS_SETRESGID, 42, 42, 42)), unix.EPERM),
		expect("capset", errnoOf(sys(unix.SYS_CAPSET, ptr(&header), ptr(&data[0]))), ok),
		expect("setresgid", errnoOf(sys(unix.SYS_SETRESGID, 42, 42, 42)), ok),
		expect("identity", identity(), "42 42 42/42 42 42/"),
	)
}

func checkChown() error {
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		return err
	}
	return errors.Join(
		expect("chown 5 5", os.Chown("file", 5, 5), nil),
		expect("chown 0 0", os.Chown("file", 0, 0), nil),
		expect("chown 0 of nothing", errors.Is(os.Chown("missing", 0, 0), unix.ENOENT), true),
	)
}

func checkMknod() error {
	unix.Umask(0o027)
	if err := os.Mkdir("dir", 0o755); err != nil {
		return err
	}
	dir, err := os.Open("dir")
	if err != nil {
		return err
	}
	device := int(unix.Mkdev(1, 3))
	if err := errors.Join(
		expect("char", unix.Mknodat(unix.AT_FDCWD, "char", unix.S_IFCHR|0o666, device), nil),
		expect("block in a folder", unix.Mknodat(int(dir.Fd()), "block", unix.S_IFBLK|0o660, device), nil),
		expect("again", unix.Mknodat(unix.AT_FDCWD, "char", unix.S_IFCHR|0o666, device), unix.EEXIST),
		expect("no folder", unix.Mknodat(unix.AT_FDCWD, "none/char", unix.S_IFCHR|0o666, device), unix.ENOENT),
		expect("empty name", unix.Mknodat(unix.AT_FDCWD, "", unix.S_IFCHR|0o666, device), unix.ENOENT),
		expect("closed descriptor", unix.Mknodat(99, "char", unix.S_IFCHR|0o666, device), unix.EBADF),
		expect("fifo", unix.Mknodat(unix.AT_FDCWD, "fifo", unix.S_IFIFO|0o666, 0), nil),
	); err != nil {
		return err
	}
	for name, want := range map[string]os.FileMode{"char": 0o640, "dir/block": 0o640, "fifo": 0o640 | os.ModeNamedPipe} {
		info, err := os.Lstat(name)
		if err != nil {
			return err
		}
		if info.Mode() != want {
			return fmt.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
	if err := become(42); err != nil {
		return err
	}
	return expect("as a user", unix.Mknodat(unix.AT_FDCWD, "other", unix.S_IFCHR|0o666, device), unix.EPERM)
}

// checkMknodChroot: names are the caller's, also absolute links on the way.
func checkMknodChroot() error {
	if err := errors.Join(os.MkdirAll("root/inner", 0o755), os.Symlink("/inner", "root/link"), unix.Chroot("root"), unix.Chdir("/")); err != nil {
		return err
	}
	device := int(unix.Mkdev(1, 3))
	if err := errors.Join(
		expect("relative through a link", unix.Mknodat(unix.AT_FDCWD, "link/a", unix.S_IFCHR|0o666, device), nil),
		expect("absolute", unix.Mknodat(99, "/inner/b", unix.S_IFCHR|0o666, device), nil),
		expect("above the root", unix.Mknodat(unix.AT_FDCWD, "../../inner/c", unix.S_IFCHR|0o666, device), nil),
	); err != nil {
		return err
	}
	entries, err := os.ReadDir("/inner")
	return errors.Join(err, expect("files made", len(entries), 3))
}

func checkLimit() error {
	limit := unix.Rlimit{Cur: 7, Max: 7}
	if err := become(42); err != nil {
		return err
	}
	return errors.Join(
		expect("setrlimit", errnoOf(sys(unix.SYS_SETRLIMIT, rlimitLocks, ptr(&limit))), ok),
		expect("prlimit", errnoOf(sys(unix.SYS_PRLIMIT64, 0, rlimitLocks, ptr(&limit), 0)), ok),
		expect("identity", identity(), "42 42 42/42 42 42/3 43"),
	)
}

func checkBadArguments() error {
	groups := [4]uint32{1, 2, keep, 3}
	device := uintptr(unix.Mkdev(1, 3))
	long := []byte(strings.Repeat("x", 2*pathMax))
	return errors.Join(
		expect("getresuid", errnoOf(sys(unix.SYS_GETRESUID, 1, 2, 3)), unix.EFAULT),
		expect("getresgid", errnoOf(sys(unix.SYS_GETRESGID, 0, 0, 0)), unix.EFAULT),
		expect("setgroups pointer", errnoOf(sys(unix.SYS_SETGROUPS, 4, 8)), unix.EFAULT),
		expect("setgroups size", errnoOf(sys(unix.SYS_SETGROUPS, ngroupsMax+1, ptr(&groups[0]))), unix.EINVAL),
		expect("setgroups -1", errnoOf(sys(unix.SYS_SETGROUPS, minus1, ptr(&groups[0]))), unix.EINVAL),
		expect("setgroups of -1", errnoOf(sys(unix.SYS_SETGROUPS, 4, ptr(&groups[0]))), unix.EINVAL),
		expect("setgroups", errnoOf(sys(unix.SYS_SETGROUPS, 2, ptr(&groups[0]))), ok),
		expect("getgroups too small", errnoOf(sys(unix.SYS_GETGROUPS, 1, ptr(&groups[0]))), unix.EINVAL),
		expect("getgroups -1", errnoOf(sys(unix.SYS_GETGROUPS, minus1, ptr(&groups[0]))), unix.EINVAL),
		expect("getgroups pointer", errnoOf(sys(unix.SYS_GETGROUPS, 2, 8)), unix.EFAULT),
		expect("mknodat pointer", errnoOf(sys(unix.SYS_MKNODAT, 0, 8, unix.S_IFCHR, device)), unix.EFAULT),
		expect("mknodat long name", errnoOf(sys(unix.SYS_MKNODAT, 0, ptr(&long[0]), unix.S_IFCHR, device)), unix.ENAMETOOLONG),
		expect("capset pointers", errnoOf(sys(unix.SYS_CAPSET, 8, 8)), unix.EFAULT),
		expect("keepcaps 2", errnoOf(sys(unix.SYS_PRCTL, prSetKeepcaps, 2)), unix.EINVAL),
		expect("identity", identity(), "0 0 0/0 0 0/1 2"),
	)
}

// subUser drops to the user in FAKEROOT_TEST_USER and looks at itself many times.
func subUser() error {
	id, err := strconv.Atoi(os.Getenv("FAKEROOT_TEST_USER"))
	if err != nil {
		return err
	}
	if err := become(uint32(id)); err != nil {
		return err
	}
	want := fmt.Sprintf("%d %d %d/%d %d %d/3 %d", id, id, id, id, id, id, id+1)
	for range 50 {
		if err := expect("identity", identity(), want); err != nil {
			return err
		}
	}
	return nil
}

func checkManyUsers() error {
	failures := make(chan error, 40)
	var all sync.WaitGroup
	for i := range cap(failures) {
		all.Go(func() {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), partEnv+"=check:sub user", "FAKEROOT_TEST_USER="+strconv.Itoa(100+i))
			if out, err := cmd.CombinedOutput(); err != nil {
				failures <- fmt.Errorf("user %d: %w: %s", 100+i, err, out)
			}
		})
	}
	all.Wait()
	close(failures)
	var err error
	for e := range failures {
		err = errors.Join(err, e)
	}
	return err
}

// subLoop asks for its ids until it is killed.
func subLoop() error {
	fmt.Println("started")
	for {
		identity()
	}
}

func checkKilled() error {
	for range 20 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), partEnv+"=check:sub loop")
		out, err := cmd.StdoutPipe()
		if err != nil {
			return err
		}
		if err := cmd.Start(); err != nil {
			return err
		}
		if _, err := out.Read(make([]byte, 8)); err != nil {
			return err
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	return expect("identity", identity(), "0 0 0/0 0 0/")
}

// checkRandom: whatever a program asks, the supervisor answers the next one.
func checkRandom() error {
	for range 3 {
		if _, err := output(os.Args[0], "sub random"); err != nil {
			return err
		}
	}
	return expect("identity", identity(), "0 0 0/0 0 0/")
}

func subRandom() error {
	var numbers []uint32
	for _, c := range calls[family[runtime.GOARCH][0]] {
		if c.op != opSetrlimit && c.op != opPrlimit { // which could end this process
			numbers = append(numbers, c.nr)
		}
	}
	slices.Sort(numbers)
	// Room for as many groups as the kernel keeps: getgroups writes them all.
	memory := make([]byte, 2048+4*65536)
	arg := func() uintptr {
		switch rand.IntN(5) {
		case 0:
			return uintptr(rand.IntN(8))
		case 1:
			return minus1
		case 2:
			return ptr(&memory[rand.IntN(2048)])
		case 3:
			return unix.S_IFCHR | uintptr(rand.IntN(0o10000))
		}
		return uintptr(rand.Uint64())
	}
	for range 2000 {
		if rand.IntN(100) == 0 {
			for i := range memory[:2048] {
				memory[i] = byte(rand.IntN(256))
			}
		}
		sys(uintptr(numbers[rand.IntN(len(numbers))]), arg(), arg(), arg(), arg(), arg())
	}
	return nil
}

// check32 runs a program whose calls have other numbers, on several threads.
func check32() error {
	program := os.Getenv(program32Env)
	if program == "" {
		return nil
	}
	out, err := exec.Command(program).CombinedOutput()
	return errors.Join(err, expect("the program", strings.TrimSpace(string(out)),
		"operation not permitted 42 42 42 42 [3 43] <nil>"))
}
