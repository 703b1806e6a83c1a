package distro

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"golang.org/x/sys/unix"
)

// aDistro has one of everything. Owners are real but in mode single, which has
// only root.
func aDistro(t testing.TB) []entry {
	t.Helper()
	long := strings.Repeat("long-name-", 12)
	entries := []entry{
		{name: "./bin/sh", content: "#!shell\n", uid: 0},
		{name: "./etc/", kind: tar.TypeDir, mode: 0o750, uid: 0, gid: 42},
		{name: "./etc/shadow", content: "root:*:\n", mode: 0o600, gid: 42},
		{name: "./etc/os-release", content: "NAME=Test\nPRETTY_NAME=\"Test \x1b[31mOS 1\"\n", mode: 0o644},
		{name: "./etc/link", kind: tar.TypeSymlink, link: "/nowhere/at/all", mode: 0o777, uid: 7},
		{name: "./bin/mount", content: "x", mode: 0o4755},
		{name: "./bin/umount", kind: tar.TypeLink, link: "./bin/mount", mode: 0o4755},
		{name: "./var/", kind: tar.TypeDir, mode: 0o2775, uid: 33, gid: 33},
		{name: "./var/" + long, content: long, mode: 0o644, uid: 65534, gid: 65534},
		{name: "./var/umläut\n", content: "", mode: 0o644},
		{name: "./var/closed/", kind: tar.TypeDir, mode: 0},
		{name: "./var/closed/file", content: "y", mode: 0o400, uid: 1000, gid: 1000},
		{name: "./var/fifo", kind: tar.TypeFifo, mode: 0o640},
		{name: "./var/zeros", content: strings.Repeat("\x00", 300_000) + "end", mode: 0o644},
		{name: "./tmp/", kind: tar.TypeDir, mode: 0o1777},
		{name: "./bin/ping", content: "p", xattrs: map[string]string{
			// cap_net_raw=ep, struct vfs_cap_data of revision 2
			"security.capability": "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		}},
	}
	if m, _ := idmap.Choose(); m.Mode == idmap.Single {
		for i := range entries {
			entries[i].uid, entries[i].gid = 0, 0
		}
	}
	for i := range entries { // mode 0 means the default to the helper of tests
		if entries[i].name == "./var/closed/" {
			entries[i].mode = 0o111
		}
	}
	return entries
}

func TestImportKeepsEverything(t *testing.T) {
	s := newStore(t)
	data := archive(t, aDistro(t)...)
	d, err := importBytes(s, "one", data)
	if err != nil {
		t.Fatal(err)
	}
	if d.OS != "Test [31mOS 1" || d.Source != "-" || d.Size < 300_000 || d.Files != 18 || len(d.Notes) != 0 {
		t.Errorf("%+v", d)
	}
	first := export(t, s, "one")
	want := listing(t, bytes.NewReader(data))
	diff(t, listing(t, bytes.NewReader(first)), want)

	if _, err := importBytes(s, "two", first); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(export(t, s, "two"), first) {
		t.Error("export, import and export give another archive")
	}
	var st unix.Stat_t
	if err := unix.Stat(filepath.Join(s.root("one"), "var/zeros"), &st); err == nil && st.Blocks*512 > 200_000 {
		t.Errorf("a file of zeros takes %d bytes", st.Blocks*512)
	}
	if info, err := os.Stat(s.path("one")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder above the root: %v %v", info, err)
	}
	if name, err := s.Default(); name != "one" || err != nil {
		t.Errorf("default %q %v", name, err)
	}
	config, err := s.Resolve("")
	if err != nil || config.Distro != "one" || config.Root != s.root("one") {
		t.Errorf("%+v %v", config, err)
	}
}

func TestImportFormats(t *testing.T) {
	s := newStore(t)
	data := archive(t, entry{name: "bin/sh", content: strings.Repeat("text ", 50_000)})
	packed := func(program string, args ...string) []byte {
		if _, err := exec.LookPath(program); err != nil {
			return nil
		}
		cmd := exec.Command(program, args...)
		cmd.Stdin = bytes.NewReader(data)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, content := range map[string][]byte{
		"tar": data, "gzip": packed("gzip", "-c"), "xz": packed("xz", "-c"),
		"zstd": packed("zstd", "-c"), "bzip2": packed("bzip2", "-c"),
	} {
		t.Run(name, func(t *testing.T) {
			if content == nil {
				t.Skip("the program is not installed")
			}
			file := filepath.Join(t.TempDir(), "archive")
			if err := os.WriteFile(file, content, 0o600); err != nil {
				t.Fatal(err)
			}
			var read bytes.Buffer
			size := int64(0)
			_, err := s.Import(t.Context(), name, file, Options{Progress: func(n int64) io.Writer { size = n; return &read }})
			if err != nil {
				t.Fatal(err)
			}
			if size != int64(len(content)) || read.Len() != len(content) {
				t.Errorf("progress over %d of %d bytes, want %d", read.Len(), size, len(content))
			}
			if name == "tar" {
				return
			}
			for _, cut := range []int{len(content) / 2, len(content) - 3} {
				if _, err := importBytes(s, "cut", content[:cut]); err == nil || !strings.Contains(err.Error(), "damaged "+name+" data") {
					t.Errorf("cut at %d of %d: %v", cut, len(content), err)
				}
			}
		})
	}
	t.Run("without the program", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := importBytes(s, "none", []byte("\xfd7zXZ\x00 and so on"))
		if err == nil || !strings.Contains(err.Error(), "apt-get install xz-utils") {
			t.Error(err)
		}
	})
}

func TestImportFolder(t *testing.T) {
	s := newStore(t)
	dir := filepath.Join(t.TempDir(), "folder")
	for _, d := range []string{"bin", "var/empty"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	sh := filepath.Join(dir, "bin/sh")
	err := errors.Join(
		os.WriteFile(sh, []byte("#!"), 0o755), os.Link(sh, filepath.Join(dir, "bin/bash")),
		os.Symlink("../outside", filepath.Join(dir, "var/link")), unix.Mkfifo(filepath.Join(dir, "var/fifo"), 0o600),
		unix.Setxattr(sh, "user.lxsh", []byte("v"), 0),
		os.Chtimes(sh, someTime, someTime), os.Chmod(sh, 0o755|os.ModeSetgid),
	)
	if os.Geteuid() == 0 {
		err = errors.Join(err, os.Lchown(filepath.Join(dir, "var/empty"), 33, 44))
	}
	if errors.Is(err, unix.ENOTSUP) {
		t.Skip("the temporary folder has no user attributes: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := pack(&want, dir, ownAsRoot); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), "f", dir, Options{}); err != nil {
		t.Fatal(err)
	}
	diff(t, listing(t, bytes.NewReader(export(t, s, "f"))), listing(t, &want))

	around := filepath.Dir(s.dir)
	if _, err := s.Import(t.Context(), "g", around, Options{}); err == nil || !strings.Contains(err.Error(), "own store is inside") {
		t.Errorf("a folder around the store: %v", err)
	}
}

func TestImportRefuses(t *testing.T) {
	s := newStore(t)
	good := archive(t)
	if _, err := importBytes(s, "taken", good); err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	w := tar.NewWriter(&bomb)
	w.WriteHeader(&tar.Header{Name: "zeros", Size: 1 << 50, Mode: 0o644, Typeflag: tar.TypeReg})
	w.Write(make([]byte, 1<<16))
	var wrong bytes.Buffer
	z := gzip.NewWriter(&wrong)
	z.Write(good)
	z.Close()
	wrong.Bytes()[wrong.Len()-6] ^= 1 // the checksum
	for _, c := range []struct {
		name, source, distro string
		data                 []byte
		err                  string
	}{
		{name: "empty", data: []byte{}, err: "it is empty"},
		{name: "text", data: bytes.Repeat([]byte("hello\n"), 500), err: "not a tar archive"},
		{name: "short text", data: []byte("hello\n"), err: "ends too early"},
		{name: "zeros only", data: make([]byte, 10240), err: "holds no files"},
		{name: "cut in an entry", data: good[:700], err: "ends too early"},
		{name: "cut between entries", data: good[:len(good)-1024], err: "ends too early"},
		{name: "a bomb", data: bomb.Bytes(), err: "more than 256 GiB"},
		{name: "wrong checksum", data: wrong.Bytes(), err: "damaged gzip data"},
		{name: "gzip of nothing", data: []byte("\x1f\x8b"), err: "damaged gzip data: it ends too early"},
		{name: "not a root", data: notARoot(t), err: "not a root file system"},
		{name: "taken name", data: good, distro: "taken", err: "the name is taken"},
		{name: "bad name", data: good, distro: "../x", err: "a distro's name"},
		{name: "hidden name", data: good, distro: ".x", err: "a distro's name"},
		{name: "no name", data: good, distro: "-", err: "a distro's name"},
		{name: "missing file", source: "/nonexistent/file.tar", err: "cannot import /nonexistent/file.tar: no such file or directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := Options{Stdin: bytes.NewReader(c.data)}
			source, name := "-", "new"
			if c.source != "" {
				source = c.source
			}
			if c.distro != "" {
				name = c.distro
			}
			_, err := s.Import(t.Context(), name, source, o)
			if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want %q", err, c.err)
			}
			nothingLeft(t, s)
		})
	}
	if distros, err := s.List(); len(distros) != 1 || err != nil {
		t.Errorf("%v %v", distros, err)
	}
}

func notARoot(t *testing.T) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := errors.Join(w.WriteHeader(entry{name: "README"}.header()), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestCancelled: an import that waits for its input ends with its context.
func TestCancelled(t *testing.T) {
	s := newStore(t)
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		w.Write(archive(t)[:1024])
		cancel(errors.New("interrupted"))
	}()
	_, err := s.Import(ctx, "x", "-", Options{Stdin: r})
	if err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Error(err)
	}
	nothingLeft(t, s)
}

// TestKilled: what an import that was killed left is gone after the next.
func TestKilled(t *testing.T) {
	s := newStore(t)
	for range 5 {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), "DISTRO_TEST_IMPORT="+s.dir)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		data := archive(t, aDistro(t)...)
		if _, err := in.Write(data[:len(data)-200_000]); err != nil {
			t.Fatal(err)
		}
		unpacked := filepath.Join(s.dir, ".import-*/rootfs/etc")
		waitFor(t, "the import to begin", func() bool { m, _ := filepath.Glob(unpacked); return len(m) > 0 })
		cmd.Process.Kill()
		cmd.Wait()
		in.Close()
		// The helper dies with it: then its lock and its files are free.
		waitFor(t, "the store to be clean", func() bool {
			if err := s.Clean(context.Background()); err != nil {
				t.Fatal(err)
			}
			m, _ := filepath.Glob(filepath.Join(s.dir, ".import-*"))
			return len(m) == 0
		})
	}
	if distros, err := s.List(); len(distros) != 0 || err != nil {
		t.Errorf("%v %v", distros, err)
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(scaled(20 * time.Second)); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited too long for %s", what)
		}
	}
}
