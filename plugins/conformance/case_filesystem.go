package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// The instance's files, compared with the same files on the host.
var filesystemCases = []testCase{
	fsCase("fs-open", func(c *C, f plugins.FileSystem, dir string) {
		at := plugins.Dir{Path: dir}
		const create = syscall.O_WRONLY | syscall.O_CREAT
		c.put(f, at, "new", create, 0o640, "one\n")
		c.content(dir+"/new", "one\n")
		info, _ := os.Stat(dir + "/new")
		c.equal("mode of a new file", info.Mode(), fs.FileMode(0o640))
		c.put(f, at, "new", create|syscall.O_APPEND, 0o600, "two\n")
		c.content(dir+"/new", "one\ntwo\n")
		c.put(f, at, "new", create|syscall.O_TRUNC, 0o600, "three\n")
		c.content(dir+"/new", "three\n")
		c.put(f, at, "fresh", create|syscall.O_EXCL, 0o666, "")
		info, _ = os.Stat(dir + "/fresh")
		c.equal("mode by perm alone", info.Mode(), fs.FileMode(0o666))

		file, err := f.Open(c.ctx, at, "new", syscall.O_RDONLY, 0)
		if err != nil {
			c.Fatalf("open: %v", err)
		}
		defer file.Close()
		c.equal("content read", c.readAll(file), "three\n")
	}),
	fsCase("fs-open-errors", func(c *C, f plugins.FileSystem, dir string) {
		c.write(dir, "file", "", 0o644)
		os.Symlink("file", dir+"/link")
		os.Symlink("loop", dir+"/loop")
		for _, t := range []struct {
			name  string
			flags int
			want  syscall.Errno
		}{
			{"missing", syscall.O_RDONLY, syscall.ENOENT},
			{"missing/file", syscall.O_WRONLY | syscall.O_CREAT, syscall.ENOENT},
			{"file", syscall.O_WRONLY | syscall.O_CREAT | syscall.O_EXCL, syscall.EEXIST},
			{".", syscall.O_WRONLY, syscall.EISDIR},
			{"file/below", syscall.O_RDONLY, syscall.ENOTDIR},
			{"link", syscall.O_RDONLY | syscall.O_NOFOLLOW, syscall.ELOOP},
			{"loop", syscall.O_RDONLY, syscall.ELOOP},
			{strings.Repeat("n", 300), syscall.O_RDONLY, syscall.ENAMETOOLONG},
			{"", syscall.O_RDONLY, syscall.ENOENT},
		} {
			_, err := f.Open(c.ctx, plugins.Dir{Path: dir}, t.name, t.flags, 0o600)
			c.pathError("open "+t.name, err, t.want)
		}
	}),
	fsCase("fs-open-for-a-command", func(c *C, f plugins.FileSystem, dir string) {
		file, err := f.Open(c.ctx, plugins.Dir{Path: dir}, "out", syscall.O_WRONLY|syscall.O_CREAT, 0o644)
		if err != nil {
			c.Fatalf("open: %v", err)
		}
		cmd := c.script("echo redirected")
		cmd.Files[1] = file
		p := c.start(cmd)
		file.Close()
		c.wait(p)
		c.content(dir+"/out", "redirected\n")
	}),
	fsCase("fs-fifo", func(c *C, f plugins.FileSystem, dir string) {
		if err := syscall.Mkfifo(dir+"/fifo", 0o600); err != nil {
			c.Fatalf("mkfifo: %v", err)
		}
		// Both opens block until the other is there.
		reader := make(chan string, 1)
		go func() {
			file, err := f.Open(c.ctx, plugins.Dir{Path: dir}, "fifo", syscall.O_RDONLY, 0)
			if err != nil {
				reader <- err.Error()
				return
			}
			defer file.Close()
			reader <- c.readAll(file)
		}()
		c.put(f, plugins.Dir{Path: dir}, "fifo", syscall.O_WRONLY, 0, "through")
		c.equal("through the fifo", <-reader, "through")
	}),
	fsCase("fs-fifo-cancel", func(c *C, f plugins.FileSystem, dir string) {
		if err := syscall.Mkfifo(dir+"/fifo", 0o600); err != nil {
			c.Fatalf("mkfifo: %v", err)
		}
		ctx, cancel := context.WithCancel(c.ctx)
		ended := make(chan error, 1)
		go func() {
			_, err := f.Open(ctx, plugins.Dir{Path: dir}, "fifo", syscall.O_RDONLY, 0)
			ended <- err
		}()
		// Other calls go on while it blocks.
		if _, err := f.Stat(c.ctx, plugins.Dir{Path: dir}, "fifo", true); err != nil {
			c.Errorf("stat beside a blocked open: %v", err)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			c.Errorf("a cancelled open of a fifo: %v, want %v", err, context.Canceled)
		}
	}),
	fsCase("fs-stat", func(c *C, f plugins.FileSystem, dir string) {
		c.write(dir, "file", "12345", 0o4751)
		os.Symlink("file", dir+"/link")
		os.Link(dir+"/file", dir+"/hard")
		os.Symlink("nowhere", dir+"/dangling")
		syscall.Mkfifo(dir+"/fifo", 0o600)
		for _, name := range []string{"file", "link", "hard", "fifo", ".", "", "../" + filepath.Base(dir)} {
			for _, follow := range []bool{true, false} {
				c.sameStat(f, dir, name, follow)
			}
		}
		c.sameStat(f, dir, "dangling", false)
		_, err := f.Stat(c.ctx, plugins.Dir{Path: dir}, "dangling", true)
		c.pathError("stat of a dangling link", err, syscall.ENOENT)
	}),
	fsCase("fs-readlink", func(c *C, f plugins.FileSystem, dir string) {
		target := "../" + strings.Repeat("long/", 100) + "\xff name"
		os.Symlink(target, dir+"/link")
		got, err := f.Readlink(c.ctx, plugins.Dir{Path: dir}, "link")
		c.equal("target", fmt.Sprint(got, err), fmt.Sprint(target, nil))
		_, err = f.Readlink(c.ctx, plugins.Dir{Path: dir}, ".")
		c.pathError("readlink of a directory", err, syscall.EINVAL)
	}),
	fsCase("fs-readdir", func(c *C, f plugins.FileSystem, dir string) {
		want := []string{"\xff\xfe", "new\nline", ".hidden", "sub"}
		for i := range 2000 {
			want = append(want, fmt.Sprint("entry ", i))
		}
		for _, name := range want {
			if name != "sub" {
				c.write(dir, name, "", 0o644)
			}
		}
		os.Mkdir(dir+"/sub", 0o755)
		entries, err := f.ReadDir(c.ctx, plugins.Dir{Path: dir}, ".")
		if err != nil {
			c.Fatalf("readdir: %v", err)
		}
		var got []string
		for _, e := range entries {
			got = append(got, e.Name)
			kind := uint32(syscall.S_IFREG)
			if e.Name == "sub" {
				kind = syscall.S_IFDIR
			}
			if e.Type != 0 && e.Type != kind {
				c.Errorf("type of %q: %#o", e.Name, e.Type)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		c.equal("entries", strings.Join(got, "|"), strings.Join(want, "|"))
		_, err = f.ReadDir(c.ctx, plugins.Dir{Path: dir}, "new\nline")
		c.pathError("readdir of a file", err, syscall.ENOTDIR)
	}),
	fsCase("fs-access", func(c *C, f plugins.FileSystem, dir string) {
		c.write(dir, "file", "", 0o644)
		at := plugins.Dir{Path: dir}
		for _, mode := range []uint32{0, 4, 2, 6} {
			if err := f.Access(c.ctx, at, "file", mode); err != nil {
				c.Errorf("access %d: %v", mode, err)
			}
		}
		// Not even root executes a file without any x.
		c.pathError("access 1", f.Access(c.ctx, at, "file", 1), syscall.EACCES)
		c.pathError("access to nothing", f.Access(c.ctx, at, "missing", 0), syscall.ENOENT)
	}),
	fsCase("fs-renamed-directory", func(c *C, f plugins.FileSystem, dir string) {
		c.write(dir, "old/file", "still\n", 0o644)
		d, err := f.OpenDir(c.ctx, plugins.Dir{Path: dir}, "old")
		if err != nil {
			c.Fatalf("open directory: %v", err)
		}
		defer d.Close()
		os.Rename(dir+"/old", dir+"/new")
		at := plugins.Dir{Path: dir + "/old", File: d}
		if _, err := f.Stat(c.ctx, at, "file", true); err != nil {
			c.Errorf("stat in a renamed directory: %v", err)
		}
		entries, err := f.ReadDir(c.ctx, at, ".")
		if err != nil || len(entries) != 1 {
			c.Errorf("readdir in a renamed directory: %v, %v", entries, err)
		}
		c.put(f, at, "more", syscall.O_WRONLY|syscall.O_CREAT, 0o644, "x")
		c.content(dir+"/new/more", "x")
		_, err = f.OpenDir(c.ctx, at, "file")
		c.pathError("a file as directory", err, syscall.ENOTDIR)
	}),
}

// fsCase is a case with the ability and a folder that both sides see.
func fsCase(name string, run func(*C, plugins.FileSystem, string)) testCase {
	return testCase{name: name, ability: plugins.AbilityFileSystem, run: func(c *C) {
		run(c, c.filesystem(), c.folder())
	}}
}

// put opens a file by the instance and writes text to it.
func (c *C) put(f plugins.FileSystem, dir plugins.Dir, name string, flags int, perm uint32, text string) {
	file, err := f.Open(c.ctx, dir, name, flags, perm)
	if err != nil {
		c.Errorf("open %s: %v", name, err)
		return
	}
	if _, err := io.WriteString(file, text); err != nil {
		c.Errorf("write %s: %v", name, err)
	}
	if err := file.Close(); err != nil {
		c.Errorf("close %s: %v", name, err)
	}
}

// readAll reads to the end, which a File tells in one of two ways.
func (c *C) readAll(file plugins.File) string {
	var text []byte
	buf := make([]byte, 4096)
	for c.ctx.Err() == nil {
		n, err := file.Read(buf)
		text = append(text, buf[:n]...)
		if err == io.EOF || err == nil && n == 0 {
			break
		}
		if err != nil {
			c.Errorf("read: %v", err)
			break
		}
	}
	return string(text)
}

// pathError compares an error and its form.
func (c *C) pathError(what string, err error, want syscall.Errno) {
	if !errors.Is(err, want) {
		c.Errorf("%s: got %v, want %v", what, err, want)
		return
	}
	if path := (*fs.PathError)(nil); !errors.As(err, &path) {
		c.Errorf("%s: %T is no *fs.PathError", what, err)
	}
}

// sameStat compares what the instance says of a file with what the host says.
// Numbers of devices, inodes and owners may differ between kernels and maps.
func (c *C) sameStat(f plugins.FileSystem, dir, name string, follow bool) {
	var want syscall.Stat_t
	host := syscall.Lstat
	if follow {
		host = syscall.Stat
	}
	// "" is no file; and a slash after a link would follow it.
	path := dir
	if name != "" {
		path += "/" + name
	}
	wantErr := host(path, &want)
	got, err := f.Stat(c.ctx, plugins.Dir{Path: dir}, name, follow)
	if name == "" {
		c.pathError("stat of an empty name", err, syscall.ENOENT)
		return
	}
	if err != nil || wantErr != nil {
		c.Errorf("stat %s: %v, on the host %v", name, err, wantErr)
		return
	}
	c.equal(fmt.Sprintf("stat %s (follow: %v): mode, links, size, mtime", name, follow),
		fmt.Sprintf("%#o %d %d %d", got.Mode, got.Nlink, got.Size, got.Mtime),
		fmt.Sprintf("%#o %d %d %d", want.Mode, want.Nlink, want.Size, want.Mtim.Nano()))
}
