package spawn

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

// file is an *os.File as the contract wants it. Its descriptor is taken once,
// since os.File.Fd makes it blocking.
type file struct {
	*os.File
	fd int
}

func wrap(f *os.File) file { return file{f, int(f.Fd())} }

func (f file) Fd() int { return f.fd }

// output runs cmd and returns what it writes to descriptor 1.
func output(t *testing.T, cmd *plugins.Command, join *plugins.Join) (string, plugins.Status) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	files := []plugins.File{wrap(null), wrap(w), wrap(w)}
	for i, f := range cmd.Files {
		for len(files) <= i {
			files = append(files, nil)
		}
		if f != nil {
			files[i] = f
		}
	}
	cmd.Files = files
	pid, err := Start(cmd, join)
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	status, err := NewProcess(pid).Wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return string(out), status
}

func sh(script string, args ...string) *plugins.Command {
	return &plugins.Command{
		Name: "sh", Argv: append([]string{"sh", "-c", script, "sh"}, args...), Path: "/nowhere:/bin:/usr/bin",
		Env: []string{"PATH=/bin:/usr/bin"}, Group: plugins.GroupSame, Umask: 022,
	}
}

func TestBecome(t *testing.T) {
	dir := t.TempDir()
	d, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, test := range []struct {
		name string
		cmd  func(*plugins.Command)
		sh   string
		want string
	}{
		{"argv bytes", func(c *plugins.Command) { c.Argv = append(c.Argv, "a\xff\n", "") }, `printf '%s|' "$@"`, "a\xff\n||"},
		{"environment", func(c *plugins.Command) { c.Env = []string{"A=1 2"} }, `echo "$A"`, "1 2\n"},
		{"umask", func(c *plugins.Command) { c.Umask = 0137 }, `umask`, "0137\n"},
		{"directory by path", func(c *plugins.Command) { c.Dir.Path = dir }, `pwd -P`, dir + "\n"},
		{"directory by descriptor", func(c *plugins.Command) { c.Dir = plugins.Dir{Path: "/wrong", File: wrap(d)} }, `pwd -P`, dir + "\n"},
		{"limit", func(c *plugins.Command) { c.Limits = []plugins.Limit{{Resource: unix.RLIMIT_NOFILE, Cur: 33, Max: 44}} }, `ulimit -Sn; ulimit -Hn`, "33\n44\n"},
		{"new group", func(c *plugins.Command) { c.Group = plugins.GroupNew }, `read a b c d g rest < /proc/$$/stat; test $g = $$ && echo own`, "own\n"},
		{"ignored signals", func(c *plugins.Command) { c.Ignored = []int{1, 15} }, `grep SigIgn /proc/$$/status`, "SigIgn:\t0000000000004001\n"},
		{"no signal blocked", func(c *plugins.Command) {}, `grep SigBlk /proc/self/status`, "SigBlk:\t0000000000000000\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := sh(test.sh)
			test.cmd(cmd)
			if out, _ := output(t, cmd, nil); out != test.want {
				t.Errorf("got %q, want %q", out, test.want)
			}
		})
	}
}

func TestNice(t *testing.T) {
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := sh(`nice`)
	cmd.Nice = 3
	want := 20 - own + 3
	if out, _ := output(t, cmd, nil); strings.TrimSpace(out) != itoa(min(want, 19)) {
		t.Errorf("nice is %s, want %d", out, want)
	}
}

func itoa(n int) string {
	if n < 0 {
		return "-" + itoa(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// Descriptors are permuted, doubled and left out; nothing else is open.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	var f []plugins.File
	for _, name := range []string{"a", "b", "c"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		fd, err := unix.Open(path, unix.O_RDONLY, 0) // without O_CLOEXEC
		if err != nil {
			t.Fatal(err)
		}
		o := os.NewFile(uintptr(fd), path)
		defer o.Close()
		f = append(f, file{o, fd})
	}
	// Slot numbers around the source's own, so that they collide both ways.
	top := f[2].Fd() + 2
	slots := make([]plugins.File, top+1)
	slots[f[0].Fd()] = f[1]
	slots[f[1].Fd()] = f[0]
	slots[f[2].Fd()] = f[2]
	slots[top] = f[0]
	cmd := sh(`cd /proc/$$/fd; for i in *; do [ $i -gt 2 ] && [ -e $i ] && echo $i $(readlink $i); done; true`)
	cmd.Files = slots
	out, _ := output(t, cmd, nil)
	var want strings.Builder
	for i, s := range slots {
		if s != nil && i > 2 {
			want.WriteString(itoa(i) + " " + s.(file).Name() + "\n")
		}
	}
	// dash itself may hold a descriptor for nothing here: sh -c reads no file.
	if sorted(out) != sorted(want.String()) {
		t.Errorf("got\n%swant\n%s", out, want.String())
	}
}

func sorted(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		for j := range i {
			if lines[i] < lines[j] {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
	}
	return strings.Join(lines, "\n")
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("plain", "text", 0o644)
	write("badinterp", "#!/no/such/interpreter\n", 0o755)
	write("binary", "\x00\x01\x02", 0o755)
	write("second/plain", "#!/bin/sh\nexit 7\n", 0o755)
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path, command string
		want                error
		found               string
	}{
		{"missing", dir, "nosuch", plugins.ErrNotFound, ""},
		{"empty name", dir, "", plugins.ErrNotFound, ""},
		{"missing with slash", dir, dir + "/nosuch", plugins.ErrNotFound, dir + "/nosuch"},
		{"below a file", dir, dir + "/plain/x", plugins.ErrNotFound, dir + "/plain/x"},
		{"link loop", dir, dir + "/loop", plugins.ErrNotFound, dir + "/loop"},
		{"name too long", dir, strings.Repeat("x", 300), plugins.ErrNotFound, ""},
		{"not executable", dir, "plain", plugins.ErrNotExecutable, dir + "/plain"},
		{"not executable with slash", "", dir + "/plain", plugins.ErrNotExecutable, dir + "/plain"},
		{"folder is not found", dir, "folder", plugins.ErrNotFound, ""},
		{"folder with slash", dir, dir + "/folder", plugins.ErrNotExecutable, dir + "/folder"},
		{"bad interpreter", dir, "badinterp", plugins.ErrInterpreter, dir + "/badinterp"},
		{"exec format", dir, "binary", plugins.ErrExecFormat, dir + "/binary"},
		{"the second in the path", dir + ":" + dir + "/second", "plain", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := &plugins.Command{Name: test.command, Argv: []string{test.command}, Path: test.path, Group: plugins.GroupSame}
			pid, err := Start(cmd, nil)
			if test.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				if s, err := NewProcess(pid).Wait(context.Background()); err != nil || s.ExitCode() != 7 {
					t.Fatalf("status %+v, %v", s, err)
				}
				return
			}
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			var start *plugins.StartError
			if !errors.As(err, &start) || start.Name != test.command || start.Path != test.found {
				t.Errorf("got %+v, want path %q", start, test.found)
			}
		})
	}
	t.Run("directory", func(t *testing.T) {
		cmd := sh(`true`)
		cmd.Dir.Path = dir + "/nosuch"
		if _, err := Start(cmd, nil); !errors.Is(err, unix.ENOENT) || errors.Is(err, plugins.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("NUL", func(t *testing.T) {
		if _, err := Start(sh("a\x00b"), nil); !errors.Is(err, unix.EINVAL) {
			t.Errorf("got %v", err)
		}
	})
	noChildren(t)
}

// noChildren fails when a child, also one without an exit signal, is left.
func noChildren(t *testing.T) {
	t.Helper()
	pid, err := unix.Wait4(-1, nil, unix.WNOHANG|unix.WALL, nil)
	if err != unix.ECHILD {
		t.Errorf("a child is left: %d, %v", pid, err)
	}
}

// Forking while the collector and other goroutines are busy must not disturb
// them: the children share all memory with them.
func TestParallel(t *testing.T) {
	stop := make(chan struct{})
	var busy sync.WaitGroup
	busy.Go(func() {
		var keep [][]byte
		for {
			select {
			case <-stop:
				return
			default:
				keep = append(keep[max(0, len(keep)-100):], make([]byte, 10_000))
				runtime.GC()
			}
		}
	})
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for range 60 {
				cmd := sh(`exit $1`, itoa(g))
				if g%2 == 0 {
					cmd.Name = "nosuch"
				}
				pid, err := Start(cmd, nil)
				if g%2 == 0 {
					if !errors.Is(err, plugins.ErrNotFound) {
						t.Errorf("got %v", err)
					}
					continue
				}
				if err != nil {
					t.Error(err)
					continue
				}
				if s, err := NewProcess(pid).Wait(t.Context()); err != nil || s.ExitCode() != g {
					t.Errorf("got %+v, %v, want %d", s, err, g)
				}
			}
		})
	}
	all.Wait()
	close(stop)
	busy.Wait()
	noChildren(t)
}

func TestHangup(t *testing.T) {
	out, _ := output(t, func() *plugins.Command {
		c := sh(`grep -c . /proc/self/status`)
		c.Hangup = true
		return c
	}(), nil)
	if out == "" {
		t.Error("a command with Hangup does not run")
	}
}
