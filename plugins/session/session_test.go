package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// pipe returns both ends as files that a command takes.
func pipe(t testing.TB) (r *os.File, w plugins.File) {
	r, pw, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Dup(int(pw.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(fd)
	pw.Close()
	t.Cleanup(func() { r.Close() })
	return r, newFile(fd)
}

func readAll(t testing.TB, r *os.File) string {
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Error(err)
	}
	return b.String()
}

func TestStartKeepsDescriptorNumbersAndBytes(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	r, w := pipe(t)
	cmd := shell(`exec 8>/proc/self/fd/197; printf %s "$1" >&8; [ -e /proc/self/fd/196 ] && echo open >&8; exit 7`)
	cmd.Argv = append(cmd.Argv, "name", "a\xff\n'b")
	cmd.Files = make([]plugins.File, 198)
	cmd.Files[197] = w
	p, err := c.Start(limit(t), cmd)
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	if got := readAll(t, r); got != "a\xff\n'b" {
		t.Errorf("got %q", got)
	}
	for range 2 { // the last status stays
		if st, err := p.Wait(limit(t)); err != nil || st.State != plugins.Exited || st.Code != 7 {
			t.Errorf("got %+v, %v", st, err)
		}
	}
	if err := p.Signal(limit(t), 15, false); err != os.ErrProcessDone {
		t.Errorf("signal after the end: %v", err)
	}
}

func TestLargeEnvironment(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	cmd := shell(`[ ${#V1} = 100000 ] && [ ${#V15} = 100000 ]`)
	for i := range 16 {
		cmd.Env = append(cmd.Env, "V"+string(rune('0'+i/10))+string(rune('0'+i%10))+"="+strings.Repeat("x", 100_000))
	}
	cmd.Env = append(cmd.Env, "V1="+strings.Repeat("y", 100_000))
	p, err := c.Start(limit(t), cmd)
	if err != nil {
		t.Fatal(err)
	}
	if st, _ := p.Wait(limit(t)); st.ExitCode() != 0 {
		t.Errorf("got %+v", st)
	}
}

func TestStopContinueSignal(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	cmd := shell("kill -STOP $$; sleep 60")
	cmd.Group = plugins.GroupNew
	p, err := c.Start(limit(t), cmd)
	if err != nil {
		t.Fatal(err)
	}
	want := []plugins.Status{
		{State: plugins.Stopped, Code: int(syscall.SIGSTOP)},
		{State: plugins.Continued},
		{State: plugins.Signalled, Code: int(syscall.SIGTERM)},
	}
	for i, sig := range []syscall.Signal{syscall.SIGCONT, syscall.SIGTERM, 0} {
		st, err := p.Wait(limit(t))
		if err != nil || st.State != want[i].State || st.State != plugins.Continued && st.Code != want[i].Code {
			t.Fatalf("got %+v, %v, want %+v", st, err, want[i])
		}
		if sig != 0 {
			if err := p.Signal(limit(t), int(sig), true); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestStartErrors(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	cmd := shell("")
	cmd.Name = "no-such-command-here"
	_, err := c.Start(limit(t), cmd)
	var start *plugins.StartError
	if !errors.Is(err, plugins.ErrNotFound) || !errors.As(err, &start) || start.Name != cmd.Name {
		t.Errorf("got %v", err)
	}
	cmd.Name = "/etc/passwd"
	if _, err := c.Start(limit(t), cmd); !errors.Is(err, plugins.ErrNotExecutable) {
		t.Errorf("got %v", err)
	}
}

func TestFiles(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	tmp := t.TempDir()
	ctx := limit(t)
	if err := os.Mkdir(tmp+"/d", 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := c.OpenDir(ctx, plugins.Dir{Path: tmp}, "d")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	os.Rename(tmp+"/d", tmp+"/moved") // the descriptor wins over the path
	dir := plugins.Dir{Path: tmp + "/d", File: d}
	f, err := c.Open(ctx, dir, "new", syscall.O_CREAT|syscall.O_RDWR|syscall.O_EXCL, 0o640)
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte("hello"))
	f.Close()
	st, err := c.Stat(ctx, dir, "new", true)
	if err != nil || st.Size != 5 || st.Mode&0o777 != 0o640 || int(st.UID) != os.Getuid() {
		t.Errorf("got %+v, %v", st, err)
	}
	os.Symlink("to", tmp+"/moved/link")
	if to, err := c.Readlink(ctx, dir, "link"); to != "to" || err != nil {
		t.Errorf("got %q, %v", to, err)
	}
	list, err := c.ReadDir(ctx, dir, ".")
	if err != nil || !slices.ContainsFunc(list, func(e plugins.DirEntry) bool { return e.Name == "new" }) || len(list) != 2 {
		t.Errorf("got %v, %v", list, err)
	}
	if err := c.Access(ctx, dir, "new", 4); err != nil {
		t.Error(err)
	}
	_, err = c.Open(ctx, dir, "none", 0, 0)
	var pe *fs.PathError
	if !errors.As(err, &pe) || pe.Err != syscall.ENOENT {
		t.Errorf("got %#v", err)
	}
	if env, err := c.Environ(ctx); err != nil || !slices.Equal(env, []string{"A=1", "B=\xff"}) {
		t.Errorf("got %q, %v", env, err)
	}
	if _, ok := plugins.As[plugins.LookPath](c); ok {
		t.Error("an ability that the instance lacks is there")
	}
	if _, err := c.LookPath(ctx, dir, "", "sh"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}

// Requests that block hold nobody up and end with their context.
func TestBlockingOpen(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	ctx, cancel := context.WithCancel(context.Background())
	var blocked sync.WaitGroup
	for range 100 {
		blocked.Go(func() {
			if f, err := c.Open(ctx, plugins.Dir{Path: "/"}, "blocks", 0, 0); err == nil {
				f.Close()
				t.Error("opened")
			}
		})
	}
	if _, err := c.Stat(limit(t), plugins.Dir{Path: "/"}, "etc", true); err != nil {
		t.Error(err)
	}
	cancel()
	blocked.Wait()
}

func TestLostSessionHangsUp(t *testing.T) {
	server, path := served(t, testInstance{})
	c := connect(t, path)
	r, w := pipe(t)
	cmd := shell(`trap 'echo hangup; exit' HUP; echo ready; while :; do sleep 0.05; done`)
	cmd.Files = []plugins.File{1: w}
	cmd.Group, cmd.Hangup = plugins.GroupNew, true
	if _, err := c.Start(limit(t), cmd); err != nil {
		t.Fatal(err)
	}
	w.Close()
	line := make([]byte, 6)
	if _, err := r.Read(line); err != nil || string(line) != "ready\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	if got := server.Load(); got != (Load{1, 1}) {
		t.Errorf("got %+v", got)
	}
	c.Hangup()
	if got := readAll(t, r); got != "hangup\n" {
		t.Errorf("got %q", got)
	}
	// The server waits for it, and is idle then.
	w2, err := Watch(limit(t), path)
	if err != nil {
		t.Fatal(err)
	}
	defer w2.Hangup()
	if err := w2.Idle(limit(t), 0); err != nil {
		t.Error(err)
	}
}

func TestIdle(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	w, err := Watch(limit(t), path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Hangup()
	idle := make(chan error, 1)
	go func() { idle <- w.Idle(limit(t), 20*time.Millisecond) }()
	if l, err := w.Load(limit(t)); err != nil || l.Sessions != 1 {
		t.Errorf("got %+v, %v", l, err)
	}
	select {
	case err := <-idle:
		t.Fatalf("idle with an open session: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	c.Hangup()
	if err := <-idle; err != nil {
		t.Fatal(err)
	}
	if _, err := Dial(limit(t), path); !errors.Is(err, wire.ErrEnding) {
		t.Errorf("a session after the end: %v", err)
	}
}

func TestCloseEndsTheInstance(t *testing.T) {
	inst := testInstance{make(chan struct{})}
	_, path := served(t, inst)
	if err := connect(t, path).Close(limit(t)); err != nil {
		t.Error(err)
	}
	<-inst.closed
}

func TestNobodyThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := Dial(limit(t), path); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v", err)
	}
	syscall.Mknod(path, syscall.S_IFSOCK|0o600, 0)
	if _, err := Dial(limit(t), path); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v", err)
	}
}

func TestProtocolMismatchNamesBothVersions(t *testing.T) {
	_, path := served(t, testInstance{})
	conn, err := wire.Dial(limit(t), path, helloLimit)
	if err != nil {
		t.Fatal(err)
	}
	c := wire.NewClient(conn)
	defer c.Close()
	f, err := c.Call(limit(t), opHello, wire.NewEncoder().Uint(99).String("9.9").Uint(0))
	if err != nil {
		t.Fatal(err)
	}
	d := wire.NewDecoder(f.Body)
	if p, v := d.Uint(), d.String(); p != Protocol || v != plugins.Version {
		t.Errorf("got %d %q", p, v)
	}
	if _, err := c.Call(limit(t), opLoad, nil); err == nil {
		t.Error("a request was answered before the hello")
	}
	msg := versionError(99, "9.9").Error()
	if !strings.Contains(msg, "protocol 99 (lxsh 9.9)") || !strings.Contains(msg, fmt.Sprintf("protocol %d (lxsh ", Protocol)+plugins.Version+")") {
		t.Error(msg)
	}
}

func TestParallelStarts(t *testing.T) {
	_, path := served(t, testInstance{})
	c := connect(t, path)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			cmd := shell("exit $1")
			cmd.Argv = append(cmd.Argv, "sh", string(rune('0'+i%10)))
			p, err := c.Start(limit(t), cmd)
			if err != nil {
				t.Error(err)
				return
			}
			if st, err := p.Wait(limit(t)); err != nil || st.Code != i%10 {
				t.Errorf("got %+v, %v", st, err)
			}
		})
	}
	all.Wait()
}

func FuzzServerRequest(f *testing.F) {
	e := newEncoder()
	e.command(shell("true"))
	f.Add(uint8(opStart), e.Body())
	f.Add(uint8(opOpen), wire.NewEncoder().String("/").Bool(false).String("x").Int(0).Uint(0).Body())
	f.Fuzz(func(t *testing.T, op uint8, body []byte) {
		frame := &wire.Frame{Type: op, Body: body}
		d := newDecoder(frame)
		cmd := d.command()
		if d.end() == nil && d.next > 0 {
			t.Error("descriptors out of nothing")
		}
		closeCommand(cmd)
	})
}

func BenchmarkDialHello(b *testing.B) {
	_, path := served(b, testInstance{})
	for b.Loop() {
		c, err := Dial(context.Background(), path)
		if err != nil {
			b.Fatal(err)
		}
		c.Hangup()
	}
}

func BenchmarkStat(b *testing.B) {
	_, path := served(b, testInstance{})
	c := connect(b, path)
	for b.Loop() {
		if _, err := c.Stat(context.Background(), plugins.Dir{Path: "/"}, "etc", true); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	_, path := served(b, testInstance{})
	c := connect(b, path)
	for b.Loop() {
		f, err := c.Open(context.Background(), plugins.Dir{Path: "/"}, "etc/passwd", 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}
