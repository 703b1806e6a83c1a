package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBuild builds twice and looks into the archive. A static busybox stands in
// for lxsh, which is not built here.
func TestBuild(t *testing.T) {
	busybox, err := exec.LookPath("busybox")
	if err != nil || checkStatic(busybox) != nil {
		t.Skip("there is no static busybox on PATH (apt-get install busybox-static)")
	}
	dir := t.TempDir()
	shell := filepath.Join(dir, "lxsh")
	for _, name := range []string{shell, shell + "-full"} {
		if err := os.Symlink(busybox, name); err != nil {
			t.Fatal(err)
		}
	}
	license := filepath.Join(dir, "LICENSE")
	if err := os.WriteFile(license, []byte("licence\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var archives [2][]byte
	for i := range archives {
		out := filepath.Join(dir, "share", "base.tar.gz")
		if err := build(out, shell, license); err != nil {
			t.Fatal(err)
		}
		if archives[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two builds differ")
	}
	entries := read(t, archives[0])
	for name, want := range map[string]string{
		"./bin/sh": "lxsh", "./bin/ls": "../bin/busybox", "./usr/bin/awk": "../../bin/busybox", "./var/run": "../run",
	} {
		if h := entries[name]; h == nil || h.Linkname != want {
			t.Errorf("%s: %+v, want a link to %s", name, h, want)
		}
	}
	for name, mode := range map[string]int64{
		"./": 0o755, "./root/": 0o700, "./tmp/": 0o1777, "./bin/busybox": 0o755, "./bin/lxsh-full": 0o755, "./etc/passwd": 0o644,
		"./usr/share/doc/busybox-static/copyright": 0o644, "./usr/share/doc/busybox-static/SOURCE": 0o644,
		"./usr/share/doc/lxsh/LICENSE": 0o644,
	} {
		if h := entries[name]; h == nil || h.Mode != mode || h.Uid != 0 || h.Size == 0 && !strings.HasSuffix(name, "/") {
			t.Errorf("%s: %+v, want mode %o", name, h, mode)
		}
	}
	for _, name := range []string{"./bin/dpkg", "./usr/bin/dpkg", "./sbin/init"} {
		if entries[name] != nil {
			t.Errorf("there is %s", name)
		}
	}
}

func read(t *testing.T, archive []byte) map[string]*tar.Header {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]*tar.Header{}
	a := tar.NewReader(z)
	for {
		h, err := a.Next()
		if err == io.EOF {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
		if entries[h.Name] != nil {
			t.Errorf("%s twice", h.Name)
		}
		entries[h.Name] = h
	}
}

func TestBuildRefusesDynamicShell(t *testing.T) {
	dynamic := "/bin/ls"
	if checkStatic(dynamic) == nil {
		t.Skip(dynamic, " is static here")
	}
	out := filepath.Join(t.TempDir(), "base.tar.gz")
	if err := build(out, dynamic, "/dev/null"); err == nil || !strings.Contains(err.Error(), "is not static") {
		t.Error(err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("an archive was written")
	}
}
