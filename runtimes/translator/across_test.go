package translator

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/runtimes/translator/inside"
)

// The test binary is also a program inside: it does to a file what no applet of
// busybox does. Its part is in the environment, its result on standard output.
const probePart = "LXSH_TEST_PROBE"

func playProbe(part, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	switch part {
	case "flock":
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	case "fcntl":
		err = unix.FcntlFlock(f.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_WRLCK})
	}
	fmt.Println(err)
	return nil
}

// shared opens an instance with a shared folder and the test binary in it.
func shared(t *testing.T) (plugins.Instance, string) {
	t.Helper()
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, plugins.InstanceConfig{
		Share: []string{folder},
		Files: map[string]string{"/opt/probe": self, "/opt/" + inside.Helper: self},
	}), folder
}

// A lock that the host holds is held for the instance: it is one file.
func TestLocks(t *testing.T) {
	inst, folder := shared(t)
	path := filepath.Join(folder, "file")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	probe := func(part string) string {
		return strings.TrimSuffix(run(t, inst, probePart+"="+part+" /opt/probe "+path), "\n[0]")
	}
	for part, lock := range map[string]func(kind int) error{
		"flock": func(kind int) error { return unix.Flock(int(f.Fd()), kind|unix.LOCK_NB) },
		"fcntl": func(kind int) error {
			l := unix.Flock_t{Type: unix.F_WRLCK}
			if kind == unix.LOCK_UN {
				l.Type = unix.F_UNLCK
			}
			return unix.FcntlFlock(f.Fd(), unix.F_SETLK, &l)
		},
	} {
		if err := lock(unix.LOCK_EX); err != nil {
			t.Fatal(part, err)
		}
		if got := probe(part); got != unix.EAGAIN.Error() {
			t.Errorf("%s while the host has it: %s", part, got)
		}
		if err := lock(unix.LOCK_UN); err != nil {
			t.Fatal(part, err)
		}
		if got := probe(part); got != "<nil>" {
			t.Errorf("%s while nobody has it: %s", part, got)
		}
	}
}

// A folder is renamed on one side while the other has a file in it open.
func TestRenameWhileOpen(t *testing.T) {
	inst, folder := shared(t)
	before, after := filepath.Join(folder, "a"), filepath.Join(folder, "b")
	if err := os.Mkdir(before, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(before, "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := run(t, inst, "mv "+before+" "+after); got != "[0]" {
		t.Fatal(got)
	}
	if _, err := f.WriteString("host\n"); err != nil {
		t.Error(err)
	}
	if got := run(t, inst, "cat "+after+"/f"); got != "host\n[0]" {
		t.Errorf("the instance reads %q", got)
	}

	// And the reverse; the FIFO tells when the instance has its file open.
	fifo := filepath.Join(folder, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	renamed := make(chan error, 1)
	go func() {
		w, err := os.OpenFile(fifo, os.O_WRONLY, 0)
		if err == nil {
			err = os.Rename(after, before)
			w.Close()
		}
		renamed <- err
	}()
	if got := run(t, inst, "exec 3>>"+after+"/f; cat "+fifo+"; echo instance >&3; cat "+before+"/f"); got != "host\ninstance\n[0]" {
		t.Errorf("the instance reads %q", got)
	}
	if err := <-renamed; err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(before, "f")); err != nil || string(text) != "host\ninstance\n" {
		t.Errorf("the host reads %q, %v", text, err)
	}
}

// The host is told of what the instance does to a file.
func TestInotify(t *testing.T) {
	inst, folder := shared(t)
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if _, err := unix.InotifyAddWatch(fd, folder, unix.IN_CREATE); err != nil {
		t.Fatal(err)
	}
	if got := run(t, inst, "mkfifo "+folder+"/made"); got != "[0]" {
		t.Fatal(got)
	}
	if n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(limit().Milliseconds())); n != 1 {
		t.Fatalf("no event: %v", err)
	}
	events := make([]byte, 4096)
	n, err := unix.Read(fd, events)
	if err != nil || !strings.Contains(string(events[:n]), "made") {
		t.Errorf("%q, %v", events[:max(n, 0)], err)
	}
}

// A Windows program is handed to the helper with its path and its own argv[0].
func TestForeignProgram(t *testing.T) {
	if major, minor := kernelVersion(); major < 6 || major == 6 && minor < 7 {
		t.Skip("needs Linux 6.7")
	}
	inst, folder := shared(t)
	program := filepath.Join(folder, "hello.exe")
	if err := os.WriteFile(program, []byte("MZ\x00\x00"), 0o755); err != nil {
		t.Fatal(err)
	}
	if run(t, inst, "test -e /proc/sys/fs/binfmt_misc/lxsh && echo there") != "there\n[0]" {
		t.Skip("the kernel has no binfmt_misc, or none in user name spaces")
	}
	want := fmt.Sprintf("%q[0]", []string{"/opt/lxsh-guest", "./hello.exe", "hello.exe", "a b"})
	if got := run(t, inst, "cd "+folder+"; PATH=. hello.exe 'a b'"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := os.Stat("/proc/sys/fs/binfmt_misc/lxsh"); err == nil {
		t.Error("the program was registered with the host's kernel")
	}
}

// A plugin that is killed leaves nothing: pid 1 and all others end with it.
func TestKilledPlugin(t *testing.T) {
	if lacks := spaceLacks(); len(lacks) > 0 {
		t.Skip(lacks[0].What, lacks[0].Why)
	}
	root, folder := makeRoot(t), t.TempDir()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for round := range 20 {
		plugin := startPlugin(t, root, folder)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		inst, err := session.Dial(t.Context(), plugin.socket)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		p, err := inst.Start(t.Context(), &plugins.Command{
			Name: "sleep", Argv: []string{"sleep", "1000"}, Path: "/bin", Group: plugins.GroupNew,
			Files: []plugins.File{nil, local.NewFile(int(w.Fd()))},
		})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		w.Close()
		plugin.kill()
		r.SetReadDeadline(time.Now().Add(limit()))
		// The pipe ends when the last process that has it is gone.
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("round %d: the command lives: %v", round, err)
		}
		r.Close()
		if s, err := p.Wait(t.Context()); err != nil || s.ExitCode() != 128+int(unix.SIGKILL) {
			t.Errorf("round %d: %+v, %v", round, s, err)
		}
		inst.Hangup()
	}
	if now, err := os.ReadFile("/proc/self/mountinfo"); err != nil || string(now) != string(mounts) {
		t.Errorf("mounts are left: %v\n%s", err, now)
	}
	if left, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// What the host mounts below a shared folder shows inside, and not the reverse.
func TestMountPropagation(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount on the host")
	}
	inst, folder := shared(t)
	for _, name := range []string{"host", "instance"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	onHost := filepath.Join(folder, "host")
	if err := unix.Mount("tmpfs", onHost, "tmpfs", 0, ""); err != nil {
		t.Skip("no mounts in this container: ", err)
	}
	defer unix.Unmount(onHost, unix.MNT_DETACH)
	if err := os.WriteFile(filepath.Join(onHost, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if !propagates(t, folder) {
		t.Skip("the host's mounts are private")
	}
	if got := run(t, inst, "ls "+onHost+"; mount -t tmpfs none "+folder+"/instance && touch "+folder+"/instance/y"); got != "x\n[0]" {
		t.Errorf("the instance sees %q", got)
	}
	if left, err := os.ReadDir(filepath.Join(folder, "instance")); err != nil || len(left) > 0 {
		t.Errorf("a mount of the instance shows on the host: %v, %v", left, err)
	}
}

// propagates reports whether the mount that folder is on is shared.
func propagates(t *testing.T, folder string) bool {
	t.Helper()
	var st unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, folder, 0, unix.STATX_MNT_ID, &st); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, fmt.Sprintf("%d ", st.Mnt_id)) {
			return strings.Contains(line, " shared:")
		}
	}
	return false
}
