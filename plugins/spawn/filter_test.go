package spawn

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// notify makes join install a filter that notifies about the system call nr, and
// returns how its listener arrives.
func notify(t *testing.T, join *plugins.Join, nr uint32) (receive func() (int, error)) {
	t.Helper()
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: nr, Jt: 0, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fc00000}, // SECCOMP_RET_USER_NOTIF
		{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fff0000}, // SECCOMP_RET_ALLOW
	}
	join.Filter = unsafe.Slice((*byte)(unsafe.Pointer(&filter[0])), len(filter)*unix.SizeofSockFilter)
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	join.Listener = os.NewFile(uintptr(pair[1]), "listener")
	t.Cleanup(func() {
		unix.Close(pair[0])
		join.Listener.Close()
	})
	return func() (int, error) {
		control := make([]byte, unix.CmsgSpace(4))
		_, n, _, _, err := unix.Recvmsg(pair[0], make([]byte, 1), control, unix.MSG_CMSG_CLOEXEC)
		if err != nil {
			return -1, err
		}
		messages, err := unix.ParseSocketControlMessage(control[:n])
		if err != nil || len(messages) != 1 {
			return -1, errors.New("no listener")
		}
		fds, err := unix.ParseUnixRights(&messages[0])
		if err != nil {
			return -1, err
		}
		return fds[0], nil
	}
}

func TestFilter(t *testing.T) {
	join := newSpaces(t)
	receive := notify(t, join, unix.SYS_UNAME)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := sh(`uname -s 2>&1; true`)
	cmd.Files = []plugins.File{nil, wrap(w), wrap(w)}
	pid, err := Start(cmd, join)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := receive()
	if err != nil {
		t.Fatal(err)
	}
	unix.Close(listener) // nobody answers any more: the call fails with ENOSYS
	out, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(out), "uname") {
		t.Errorf("got %q, %v", out, err)
	}
	if _, err := NewProcess(pid).Wait(context.Background()); err != nil {
		t.Error(err)
	}
}

// Nothing ran, and the caller can tell.
func TestNeverStarted(t *testing.T) {
	refused := func(t *testing.T, join *plugins.Join) {
		t.Helper()
		pid, err := Start(sh("exit 0"), join)
		if err == nil {
			NewProcess(pid).Wait(context.Background())
		}
		var unjoined *JoinError
		if !errors.As(err, &unjoined) {
			t.Errorf("got %v, want a JoinError", err)
		}
	}
	t.Run("pid 1 is dead", func(t *testing.T) {
		join, end := newSpacesOf(t)
		end()
		refused(t, join)
	})
	t.Run("killed before execve", func(t *testing.T) {
		join, end := newSpacesOf(t)
		receive := notify(t, join, unix.SYS_EXECVE)
		// The thread that waits for the child does not stop for a collection,
		// which would stop the goroutine that it waits for.
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			listener, err := receive()
			if err != nil {
				t.Error(err)
				return
			}
			end() // takes all that is in the name space along
			unix.Close(listener)
		}()
		refused(t, join)
		<-ended
		if _, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil); err != unix.ECHILD {
			t.Errorf("a child is left: %v", err)
		}
	})
}
