package e2e

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestSharedFiles holds that locks and changes on one side are seen on the
// other: it is one kernel, and the same files.
func TestSharedFiles(t *testing.T) {
	u := newUser(t)
	work := filepath.Join(u.dir, "work")
	if err := copyFile(stage+"/locker", work+"/locker"); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(work + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := func(kind string) string { return u.must(t, "-c", "./locker "+kind+" file") }

	for _, step := range []struct {
		kind string
		lock func() error
		want string
	}{
		{"flock", func() error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX) }, "held\n"},
		{"flock", func() error { return syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }, "free\n"},
		{"fcntl", func() error { return unix.FcntlFlock(file.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_RDLCK}) }, "held\n"},
		{"fcntl", func() error { return unix.FcntlFlock(file.Fd(), unix.F_SETLK, &unix.Flock_t{Type: unix.F_UNLCK}) }, "free\n"},
	} {
		if err := step.lock(); err != nil {
			t.Fatal(err)
		}
		if got := seen(step.kind); got != step.want {
			t.Errorf("%s: inside it is %q, want %q", step.kind, got, step.want)
		}
	}

	ctx, cancel := context.WithTimeout(t.Context(), scaled(30*time.Second))
	defer cancel()
	watcher := u.command(ctx, "-c", "./locker watch .")
	out, err := watcher.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watcher.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "watching\n" {
		t.Fatalf("watcher: %q, %v", line, err)
	}
	if err := os.WriteFile(work+"/made-outside", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if line, err := lines.ReadString('\n'); line != "made-outside\n" {
		t.Errorf("the watcher inside saw %q, %v", line, err)
	}
	if err := watcher.Wait(); err != nil {
		t.Error(err)
	}
}
