package spawn

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// newSpaces makes name spaces that live until the test ends, and returns the way
// in. It skips where user name spaces are not allowed.
func newSpaces(t testing.TB) *plugins.Join {
	t.Helper()
	join, _ := newSpacesOf(t)
	return join
}

// newSpacesOf returns also the way to end the name spaces' pid 1.
func newSpacesOf(t testing.TB) (*plugins.Join, func()) {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "mount -t proc proc /proc; echo; read x")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	if _, err := cmd.StdinPipe(); err != nil { // so that the read lasts
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("no user name spaces here: %v", err)
	}
	end := sync.OnceFunc(func() { cmd.Process.Kill(); cmd.Wait() })
	t.Cleanup(end)
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	join := &plugins.Join{Spaces: map[int]*os.File{}}
	for flag, name := range map[int]string{
		unix.CLONE_NEWUSER: "user", unix.CLONE_NEWNS: "mnt", unix.CLONE_NEWPID: "pid", unix.CLONE_NEWIPC: "ipc", unix.CLONE_NEWUTS: "uts",
	} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", cmd.Process.Pid, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		join.Spaces[flag] = f
	}
	return join, end
}

func TestJoin(t *testing.T) {
	join := newSpaces(t)
	t.Run("inside", func(t *testing.T) {
		out, status := output(t, sh(`id -u; test $$ -lt 1000 && echo own pids; read a b c d rest < /proc/self/stat; echo parent $d; exit 300`), join)
		if !strings.HasPrefix(out, "0\nown pids\nparent ") || status.ExitCode() != 300&0xff {
			t.Errorf("got %q, %+v", out, status)
		}
	})
	t.Run("child of ours, found by plain wait4", func(t *testing.T) {
		pid, err := Start(sh(`exit 5`), join)
		if err != nil {
			t.Fatal(err)
		}
		var ws unix.WaitStatus
		got, err := unix.Wait4(-1, &ws, 0, nil)
		for got != pid && err == nil { // newSpaces's own child may be stopped or ended first
			got, err = unix.Wait4(-1, &ws, 0, nil)
		}
		if err != nil || ws.ExitStatus() != 5 {
			t.Errorf("wait4: %d, %v, %v", got, err, ws)
		}
	})
	t.Run("groups", func(t *testing.T) {
		leader := sh(`read x`)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		leader.Files = []plugins.File{wrap(r)}
		leader.Group = plugins.GroupNew
		first, err := Start(leader, join)
		if err != nil {
			t.Fatal(err)
		}
		member := sh(`exit 0`)
		member.Group = plugins.Group(first)
		member.Files = []plugins.File{wrap(r)}
		second, err := Start(member, join)
		if err != nil {
			t.Fatal(err)
		}
		for _, pid := range []int{first, second} {
			if g, err := unix.Getpgid(pid); err != nil || g != first {
				t.Errorf("group of %d is %d, %v, want %d", pid, g, err, first)
			}
		}
		w.Close()
		for _, pid := range []int{first, second} {
			if _, err := NewProcess(pid).Wait(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("not found", func(t *testing.T) {
		cmd := sh("")
		cmd.Name = "nosuch"
		if _, err := Start(cmd, join); err == nil || err.Error() != "nosuch: command not found" {
			t.Errorf("got %v", err)
		}
	})
}

// The shell must stay inspectable by its own user: joining a user name space
// changes the credentials of a process that shares our memory.
func TestJoinLeavesUsDumpable(t *testing.T) {
	join := newSpaces(t)
	before, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	output(t, sh("true"), join)
	after, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || after != before {
		t.Errorf("dumpable was %d and is %d, %v", before, after, err)
	}
}

func BenchmarkJoin(b *testing.B) {
	join := newSpaces(b)
	cmd := &plugins.Command{Name: "true", Argv: []string{"true"}, Path: "/usr/local/bin:/usr/bin:/bin", Group: plugins.GroupSame}
	for b.Loop() {
		pid, err := Start(cmd, join)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := NewProcess(pid).Wait(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
