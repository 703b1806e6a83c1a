package fakeroot

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// These tests run the filter and the supervisor on the kernel. The test binary
// plays all parts: the supervisor in a user name space with one id ("sandbox"),
// the process that installs the filter ("filtered"), and below it the checks.
const partEnv = "FAKEROOT_TEST_PART"

func TestMain(m *testing.M) {
	part, arg, _ := strings.Cut(os.Getenv(partEnv), ":")
	var err error
	switch part {
	case "":
		os.Exit(m.Run())
	case "sandbox":
		err = sandbox(arg)
	case "filtered":
		err = filtered(arg)
	case "check":
		runtime.LockOSThread()
		err = checks[arg]()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func play(part string, files ...*os.File) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partEnv+"="+part)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stdout, os.Stderr, files
	return cmd
}

func TestKernel(t *testing.T) {
	if lacks := Lacks(); len(lacks) > 0 {
		t.Skipf("%s: %s", lacks[0].What, lacks[0].Why)
	}
	// The binary and its folder must be reachable for an ordinary user.
	dir, err := os.MkdirTemp("", "fakeroot")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	self := filepath.Join(dir, "self")
	data, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(self, data, 0o755)
	}
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(program32Env, build32(t, dir))
	t.Run("checks", func(t *testing.T) { runChecks(t, self, dir) })
}

// program32Env names the program of testdata, built for 32 bits; empty: none.
const program32Env = "FAKEROOT_TEST_PROGRAM32"

// build32 builds it where the kernel runs such programs and the source is here.
func build32(t *testing.T, dir string) string {
	if _, err := os.Stat("testdata/ids/main.go"); err != nil || runtime.GOARCH != "amd64" {
		t.Log("no program of 32 bits is tried here")
		return ""
	}
	program := filepath.Join(dir, "ids32")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", program, "./testdata/ids")
	cmd.Env = append(os.Environ(), "GOARCH=386", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	probe := exec.Command(program)
	probe.Dir = dir // in which it writes
	if err := probe.Run(); errors.Is(err, unix.ENOEXEC) {
		t.Log("this kernel runs no programs of 32 bits")
		return ""
	}
	return program
}

func runChecks(t *testing.T, self, dir string) {
	for name := range checks {
		if strings.HasPrefix(name, "sub ") {
			continue // played by other checks
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work, err := os.MkdirTemp(dir, "work")
			if err != nil {
				t.Fatal(err)
			}
			id := os.Getuid()
			cmd := exec.Command(self)
			cmd.Dir = work
			cmd.Env = append(os.Environ(), partEnv+"=sandbox:"+name)
			cmd.SysProcAttr = &syscall.SysProcAttr{
				Cloneflags: unix.CLONE_NEWUSER,
				Pdeathsig:  syscall.SIGKILL,
			}
			if id == 0 {
				// An ordinary user's name space: one id, which is not root's.
				id = 4243
				if err := os.Chown(work, id, id); err != nil {
					t.Fatal(err)
				}
			}
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: id, Size: 1}}
			cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: gidFor(id), Size: 1}}
			cmd.SysProcAttr.Credential = &syscall.Credential{NoSetGroups: true}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		})
	}
}

func gidFor(uid int) int {
	if uid == 4243 {
		return 4243
	}
	return os.Getgid()
}

// sandbox supervises one check, and then checks the supervisor.
func sandbox(check string) error {
	s, err := New()
	if err != nil {
		return err
	}
	null, err := unix.Open("/dev/null", unix.O_RDONLY, 0)
	if err != nil {
		return err
	}
	if err := s.Add(null); err == nil {
		return errors.New("/dev/null was taken for a listener")
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	theirs := os.NewFile(uintptr(pair[1]), "listener")
	cmd := play("filtered:"+check, theirs)
	if err := cmd.Start(); err != nil {
		return err
	}
	theirs.Close()
	oob := make([]byte, 64)
	_, n, _, _, err := unix.Recvmsg(pair[0], make([]byte, 1), oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return fmt.Errorf("no listener: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil || len(messages) == 0 {
		return fmt.Errorf("no listener: %v", err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return err
	}
	if err := s.Add(fds[0]); err != nil {
		return err
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	// The filter has no process any more: its listener must go.
	for end := time.Now().Add(scaled(10 * time.Second)); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		left := len(s.listeners)
		s.mu.Unlock()
		if left == 0 {
			break
		}
		if time.Now().After(end) {
			return errors.New("the listener was not closed when its programs had ended")
		}
	}
	return s.Close()
}

func scaled(d time.Duration) time.Duration {
	if f, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64); err == nil && f > 0 {
		return time.Duration(float64(d) * f)
	}
	return d
}

// filtered installs the filter on its thread and becomes the check, which so has
// it on all threads.
func filtered(check string) error {
	runtime.LockOSThread()
	program, err := Filter(runtime.GOARCH)
	if err != nil {
		return err
	}
	fprog := unix.SockFprog{
		Len:    uint16(len(program) / 8),
		Filter: (*unix.SockFilter)(unsafe.Pointer(&program[0])),
	}
	fd, _, e := unix.RawSyscall(unix.SYS_SECCOMP, seccompSetModeFilter,
		filterFlagNewListener|filterFlagWaitKillableRecv, uintptr(unsafe.Pointer(&fprog)))
	if e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	if err := unix.Sendmsg(3, []byte{0}, unix.UnixRights(int(fd)), nil, 0); err != nil {
		return err
	}
	unix.Close(int(fd))
	unix.Close(3)
	os.Setenv(partEnv, "check:"+check)
	return unix.Exec(os.Args[0], []string{os.Args[0]}, os.Environ())
}
