package session

import (
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/spawn"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testInstance runs commands on this machine, behind the wire.
type testInstance struct{ closed chan struct{} }

func (testInstance) Start(_ context.Context, cmd *plugins.Command) (plugins.Process, error) {
	pid, err := spawn.Start(cmd, nil)
	if err != nil {
		return nil, err
	}
	return spawn.NewProcess(pid), nil
}

func (i testInstance) Close(context.Context) error {
	close(i.closed)
	return nil
}

func at(dir plugins.Dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	if dir.File != nil {
		return "/proc/self/fd/" + strconv.Itoa(dir.File.Fd()) + "/" + name
	}
	return filepath.Join(dir.Path, name)
}

func (testInstance) Open(ctx context.Context, dir plugins.Dir, name string, flags int, perm uint32) (plugins.File, error) {
	if name == "blocks" {
		<-ctx.Done()
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EINTR}
	}
	fd, err := syscall.Open(at(dir, name), flags|syscall.O_CLOEXEC, perm)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return newFile(fd), nil
}

func (i testInstance) OpenDir(ctx context.Context, dir plugins.Dir, name string) (plugins.File, error) {
	return i.Open(ctx, dir, name, syscall.O_DIRECTORY, 0)
}

func (testInstance) Stat(_ context.Context, dir plugins.Dir, name string, follow bool) (plugins.FileStat, error) {
	var st syscall.Stat_t
	if err := syscall.Lstat(at(dir, name), &st); err != nil {
		return plugins.FileStat{}, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return plugins.FileStat{Dev: st.Dev, Ino: st.Ino, Mode: st.Mode, Size: st.Size, UID: st.Uid, Mtime: st.Mtim.Nano()}, nil
}

func (testInstance) ReadDir(_ context.Context, dir plugins.Dir, name string) ([]plugins.DirEntry, error) {
	entries, err := os.ReadDir(at(dir, name))
	var list []plugins.DirEntry
	for _, e := range entries {
		list = append(list, plugins.DirEntry{Name: e.Name(), Type: uint32(e.Type())})
	}
	return list, err
}

func (testInstance) Readlink(_ context.Context, dir plugins.Dir, name string) (string, error) {
	return os.Readlink(at(dir, name))
}

func (testInstance) Access(_ context.Context, dir plugins.Dir, name string, mode uint32) error {
	if err := syscall.Access(at(dir, name), mode); err != nil {
		return &fs.PathError{Op: "access", Path: name, Err: err}
	}
	return nil
}

func (testInstance) Environ(context.Context) ([]string, error) { return []string{"A=1", "B=\xff"}, nil }

// served is a server of inst with the path of its socket.
func served(t testing.TB, inst plugins.Instance) (*Server, string) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(inst)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, path
}

func connect(t testing.TB, path string) *Client {
	c, err := Dial(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Hangup() })
	return c
}

// limit is the end of a wait, scaled by LXSH_TEST_TIME_SCALE.
func limit(t testing.TB) context.Context {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil {
		scale = 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(scale*float64(20*time.Second)))
	t.Cleanup(cancel)
	return ctx
}

func shell(script string) *plugins.Command {
	return &plugins.Command{Name: "sh", Argv: []string{"sh", "-c", script}, Path: "/usr/bin:/bin", Env: os.Environ(),
		Dir: plugins.Dir{Path: "/"}, Group: plugins.GroupSame, Umask: 0o22}
}
