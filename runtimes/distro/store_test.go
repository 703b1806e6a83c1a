package distro

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"github.com/lxsh/lxsh/runtimes/distro/names"
	"golang.org/x/sys/unix"
)

func TestEmptyStore(t *testing.T) {
	s := newStore(t)
	distros, err := s.List()
	if len(distros) != 0 || err != nil {
		t.Errorf("List: %v %v", distros, err)
	}
	if name, err := s.Default(); name != "" || err != nil {
		t.Errorf("Default: %q %v", name, err)
	}
	for what, err := range map[string]error{
		"Get":        func() error { _, err := s.Get("x"); return err }(),
		"Resolve":    func() error { _, err := s.Resolve(""); return err }(),
		"SetDefault": s.SetDefault("x"),
		"Unregister": s.Unregister(t.Context(), "x"),
		"Export":     s.Export(t.Context(), "x", &bytes.Buffer{}),
	} {
		if !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "--install base") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := os.Stat(s.dir); err == nil {
		t.Error("looking made the store")
	}
}

func TestDefaultAndUnregister(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{"one", "two"} {
		if _, err := importBytes(s, name, archive(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetDefault("two"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetDefault("three"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "one, two") {
		t.Error(err)
	}
	held, err := Hold(s.root("two"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := Hold(s.root("two"))
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	if err := s.Unregister(t.Context(), "two"); !errors.Is(err, ErrInUse) {
		t.Errorf("in use: %v", err)
	}
	held.Close()
	if err := s.Unregister(t.Context(), "two"); err != nil {
		t.Fatal(err)
	}
	if name, _ := s.Default(); name != "" {
		t.Errorf("the default is still %s", name)
	}
	if f, err := Hold(s.root("two")); f != nil || err != nil {
		t.Errorf("Hold of what is gone: %v %v", f, err)
	}
	nothingLeft(t, s)
}

// TestDamagedStore: what cannot be read does not hide the rest, and can be removed.
func TestDamagedStore(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{"good", "bad"} {
		if _, err := importBytes(s, name, archive(t)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(s.path("bad", "distro.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	distros, err := s.List()
	if len(distros) != 1 || distros[0].Name != "good" || err == nil || !strings.Contains(err.Error(), "lxsh --unregister bad") {
		t.Errorf("%v %v", distros, err)
	}
	if err := names.SetDefault(s.dir, "../../x"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Default(); err == nil || !strings.Contains(err.Error(), "--set-default") {
		t.Error(err)
	}
	if err := s.Unregister(t.Context(), "bad"); err != nil {
		t.Error(err)
	}
}

// TestOtherIDs: a distro whose ids this user does not have is refused with the
// cause and a remedy; one with a single id fits among more of the same user's.
func TestOtherIDs(t *testing.T) {
	s := newStore(t)
	d, err := importBytes(s, "x", archive(t))
	if err != nil {
		t.Fatal(err)
	}
	own := d.IDs
	one := func(uid int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: uid, Size: 1}} }
	rootsOwn := "root imported it"
	switch {
	case own.Mode == idmap.Identity:
		rootsOwn = "other ids than this user has"
	case os.Geteuid() == 0:
		rootsOwn = "user name space"
	}
	for _, test := range []struct {
		ids    idmap.Map
		refuse string // empty: it fits
	}{
		{own, ""},
		{idmap.Map{Mode: idmap.Range, UIDs: []syscall.SysProcIDMap{{ContainerID: 0, HostID: 1, Size: 5}}},
			map[idmap.Mode]string{idmap.Identity: "an ordinary user imported it", idmap.Range: "subordinate ids are not the ones"}[own.Mode]},
		{idmap.Map{Mode: idmap.Identity}, rootsOwn},
		{idmap.Map{Mode: idmap.Single, UIDs: one(os.Geteuid()), GIDs: one(os.Getegid())},
			map[idmap.Mode]string{idmap.Identity: "an ordinary user imported it"}[own.Mode]},
	} {
		d.IDs = test.ids
		if err := d.write(s.path("x", "distro.json")); err != nil {
			t.Fatal(err)
		}
		_, err := s.Resolve("x")
		var lack *plugins.LackError
		switch {
		case test.refuse == "" && own.Mode == idmap.Single && test.ids.Mode == idmap.Range:
			if !errors.As(err, &lack) { // why this user has none is the machine's affair
				t.Errorf("%v: %v", test.ids, err)
			}
		case test.refuse == "":
			if now, _ := s.Get("x"); err != nil || !now.IDs.Equal(own) {
				t.Errorf("%v: %v, and then it has %v", test.ids, err, now.IDs)
			}
		case !errors.As(err, &lack) || !strings.Contains(lack.Lack.Why, test.refuse) || lack.Lack.Remedy == "":
			t.Errorf("%v: got %v, want %q", test.ids, err, test.refuse)
		}
	}
	d.IDs = own
	if err := d.write(s.path("x", "distro.json")); err != nil {
		t.Fatal(err)
	}
}

// TestOneWins: of imports under one name at once, one succeeds, and all others
// leave nothing.
func TestOneWins(t *testing.T) {
	s := newStore(t)
	var wins, others sync.Map
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			_, err := importBytes(s, "same", archive(t, entry{name: "x", content: fmt.Sprint(i)}))
			if err == nil {
				wins.Store(i, true)
			} else if !errors.Is(err, ErrTaken) {
				others.Store(i, err)
			}
		})
	}
	all.Wait()
	count := 0
	wins.Range(func(any, any) bool { count++; return true })
	others.Range(func(_, err any) bool { t.Error(err); return true })
	if count != 1 {
		t.Errorf("%d won", count)
	}
	nothingLeft(t, s)
}

func TestUnwritableStore(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	_, err := importBytes(At(filepath.Join(dir, "distros")), "x", archive(t))
	if err == nil || !strings.Contains(err.Error(), "permission denied") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
}

// TestFullDisk: an archive that does not fit is refused, and nothing stays.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small file system here")
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,nr_inodes=200"); err != nil {
		t.Skip("cannot mount a tmpfs: ", err)
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	s := At(filepath.Join(dir, "distros"))
	noise := strings.Repeat("not zeros ", 100_000)
	var many []entry
	for i := range 300 {
		many = append(many, entry{name: fmt.Sprintf("file%d", i)})
	}
	for what, entries := range map[string][]entry{
		"big files":  {{name: "a", content: noise}, {name: "b", content: noise}, {name: "c", content: noise}, {name: "d", content: noise}},
		"many files": many,
	} {
		_, err := importBytes(s, "x", archive(t, entries...))
		if err == nil || !strings.Contains(err.Error(), "no space left on device") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", what, err)
		}
		nothingLeft(t, s)
	}
	if _, err := importBytes(s, "x", archive(t, many[:10]...)); err != nil {
		t.Error(err)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, err := importBytes(s, "y", archive(t))
	if err == nil || !strings.Contains(err.Error(), "read-only file system") || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	if _, err := s.Resolve("x"); err != nil {
		t.Errorf("a read-only store cannot be read: %v", err)
	}
}

// TestHelperAlone: a helper that fails says why in its report.
func TestHelperAlone(t *testing.T) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{helperName, "explode", string(idmap.Identity), "/nonexistent"}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil || !strings.Contains(b.String(), "chroot") {
		t.Errorf("%q %v", b.String(), err)
	}
}

// FuzzUnpack: whatever the bytes are, an import ends, and leaves a distro or
// nothing; the helper never dies of them.
func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, entry{name: "x", content: "x"}))
	f.Add(archive(f, aDistro(f)[:8]...))
	f.Add(archive(f, entry{name: "x", kind: '2', link: "/"}, entry{name: "x/y", kind: '1', link: "x"}))
	s := At(filepath.Join(f.TempDir(), "distros"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := importBytes(s, "x", data)
		if err != nil && strings.Contains(err.Error(), "helper process") {
			t.Fatal(err)
		}
		if err == nil {
			if err := s.Unregister(context.Background(), "x"); err != nil {
				t.Fatal(err)
			}
		}
		nothingLeft(t, s)
	})
}
