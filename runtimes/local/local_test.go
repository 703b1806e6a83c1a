package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// Every call with a directory given by path, by descriptor, and by neither.
func TestFileSystem(t *testing.T) {
	ctx := context.Background()
	tmp := t.TempDir()
	var fsys FileSystem
	d, err := fsys.OpenDir(ctx, plugins.Dir{}, tmp)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for name, dir := range map[string]plugins.Dir{
		"path":       {Path: tmp},
		"descriptor": {Path: "/moved away", File: d},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := fsys.Open(ctx, dir, "file", unix.O_CREAT|unix.O_WRONLY|unix.O_TRUNC, 0o640)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := f.Write([]byte("hello")); n != 5 || err != nil {
				t.Fatal(n, err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); !errors.Is(err, os.ErrClosed) {
				t.Errorf("second close: %v", err)
			}
			os.Symlink("file", filepath.Join(tmp, "link"))
			st, err := fsys.Stat(ctx, dir, "link", true)
			if err != nil || st.Size != 5 || st.Mode&unix.S_IFMT != unix.S_IFREG {
				t.Errorf("%+v, %v", st, err)
			}
			if st, err = fsys.Stat(ctx, dir, "link", false); err != nil || st.Mode&unix.S_IFMT != unix.S_IFLNK {
				t.Errorf("%+v, %v", st, err)
			}
			if target, err := fsys.Readlink(ctx, dir, "link"); target != "file" || err != nil {
				t.Errorf("%q, %v", target, err)
			}
			if err := fsys.Access(ctx, dir, "file", unix.R_OK); err != nil {
				t.Error(err)
			}
			if err := fsys.Access(ctx, dir, "file", unix.X_OK); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("%v", err)
			}
			list, err := fsys.ReadDir(ctx, dir, ".")
			if err != nil {
				t.Fatal(err)
			}
			sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
			if len(list) != 2 || list[0] != (plugins.DirEntry{Name: "file", Type: unix.S_IFREG}) || list[1].Type != unix.S_IFLNK {
				t.Errorf("%+v", list)
			}
		})
	}
	_, err = fsys.Open(ctx, plugins.Dir{Path: tmp}, "nosuch", unix.O_RDONLY, 0)
	var pathErr *fs.PathError
	if !errors.As(err, &pathErr) || pathErr.Err != unix.ENOENT || pathErr.Path != "nosuch" {
		t.Errorf("got %#v", err)
	}
}

func TestReadDirLarge(t *testing.T) {
	tmp := t.TempDir()
	for i := range 1500 {
		name := strings.Repeat("n", 40) + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		if err := os.WriteFile(filepath.Join(tmp, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := FileSystem{}.ReadDir(context.Background(), plugins.Dir{}, tmp)
	if err != nil || len(list) != 1500 {
		t.Errorf("%d entries, %v", len(list), err)
	}
}

func TestOpenFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	var fsys FileSystem
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := fsys.Open(ctx, plugins.Dir{}, path, unix.O_RDONLY, 0); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		// Nobody is left who reads: a writer that does not wait is refused.
		if _, err := fsys.Open(t.Context(), plugins.Dir{}, path, unix.O_WRONLY|unix.O_NONBLOCK, 0); !errors.Is(err, unix.ENXIO) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("partner comes", func(t *testing.T) {
		read := make(chan string)
		go func() {
			b, _ := os.ReadFile(path)
			read <- string(b)
		}()
		f, err := fsys.Open(t.Context(), plugins.Dir{}, path, unix.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte("through"))
		f.Close()
		if s := <-read; s != "through" {
			t.Errorf("got %q", s)
		}
	})
}

func TestLookPath(t *testing.T) {
	tmp := t.TempDir()
	os.WriteFile(filepath.Join(tmp, "plain"), nil, 0o644)
	os.WriteFile(filepath.Join(tmp, "prog"), nil, 0o755)
	for _, test := range []struct {
		path, name, want string
		err              error
	}{
		{"/nowhere:" + tmp, "prog", tmp + "/prog", nil},
		{":/bin", "prog", "./prog", nil},
		{tmp, "./prog", "./prog", nil},
		{tmp, "plain", "", plugins.ErrNotExecutable},
		{tmp, "nosuch", "", plugins.ErrNotFound},
		{tmp, "./nosuch", "", plugins.ErrNotFound},
		{tmp, "../" + filepath.Base(tmp), "", plugins.ErrNotExecutable},
	} {
		got, err := Instance{}.LookPath(t.Context(), plugins.Dir{Path: tmp}, test.path, test.name)
		if got != test.want || !errors.Is(err, test.err) {
			t.Errorf("%q in %q: got %q, %v, want %q, %v", test.name, test.path, got, err, test.want, test.err)
		}
	}
}

func TestWaitAndSignal(t *testing.T) {
	ctx := t.Context()
	p, err := Instance{}.Start(ctx, &plugins.Command{
		Name: "sh", Argv: []string{"sh", "-c", "kill -STOP $$; exit 3"}, Path: "/bin", Group: plugins.GroupNew,
	})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := p.Wait(ctx); err != nil || s.State != plugins.Stopped || s.Code != int(unix.SIGSTOP) {
		t.Fatalf("%+v, %v", s, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.Wait(gone); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped process reports again: %v", err)
	}
	if err := p.Signal(ctx, int(unix.SIGCONT), true); err != nil {
		t.Fatal(err)
	}
	var states []plugins.State
	for {
		s, err := p.Wait(ctx)
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, s.State)
		if s.Ended() {
			if s.ExitCode() != 3 {
				t.Errorf("%+v", s)
			}
			break
		}
	}
	if s, err := p.Wait(ctx); err != nil || s.ExitCode() != 3 {
		t.Errorf("after the end: %+v, %v (states %v)", s, err, states)
	}
	if err := p.Signal(ctx, 15, false); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("got %v", err)
	}
}
