package distro

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A translation of owners for an archive.
type owners func(uid, gid uint32) (int, int)

func asTheyAre(uid, gid uint32) (int, int) { return int(uid), int(gid) }

// ownAsRoot is for the folder of an ordinary user: what is his inside a distro
// is root's.
func ownAsRoot(uid, gid uint32) (int, int) {
	if uid == uint32(os.Geteuid()) {
		uid = 0
	}
	if gid == uint32(os.Getegid()) {
		gid = 0
	}
	return int(uid), int(gid)
}

// A packer writes a folder as an archive.
type packer struct {
	w      *tar.Writer
	owners owners
	device uint64
	links  map[[2]uint64]string // device and inode of files with several names
}

// pack writes what is in dir to w as a PAX archive, in the order of names. Other
// file systems mounted below it are left out, like sockets.
func pack(w io.Writer, dir string, o owners) error {
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return &os.PathError{Op: "stat", Path: dir, Err: err}
	}
	p := &packer{w: tar.NewWriter(w), owners: o, device: st.Dev, links: map[[2]uint64]string{}}
	if err := p.tree(dir, "."); err != nil {
		return err
	}
	return p.w.Close()
}

// tree adds file, which is called name in the archive, and what is below it.
func (p *packer) tree(file, name string) error {
	var st unix.Stat_t
	stat := unix.Lstat
	if name == "." {
		stat = unix.Stat
	}
	if err := stat(file, &st); err != nil {
		return &os.PathError{Op: "lstat", Path: file, Err: err}
	}
	if err := p.entry(file, name, &st); err != nil {
		return err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR || st.Dev != p.device {
		return nil
	}
	entries, err := os.ReadDir(file)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := p.tree(filepath.Join(file, e.Name()), name+"/"+e.Name()); err != nil {
			return err
		}
	}
	return nil
}

func (p *packer) entry(file, name string, st *unix.Stat_t) error {
	h := &tar.Header{
		Name:    name,
		Mode:    int64(st.Mode & 0o7777),
		ModTime: time.Unix(st.Mtim.Unix()),
		Format:  tar.FormatPAX,
	}
	h.Uid, h.Gid = p.owners(st.Uid, st.Gid)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		h.Typeflag, h.Size = tar.TypeReg, st.Size
	case unix.S_IFDIR:
		h.Typeflag, h.Name = tar.TypeDir, name+"/"
	case unix.S_IFLNK:
		target, err := os.Readlink(file)
		if err != nil {
			return err
		}
		h.Typeflag, h.Linkname = tar.TypeSymlink, target
	case unix.S_IFCHR:
		h.Typeflag = tar.TypeChar
	case unix.S_IFBLK:
		h.Typeflag = tar.TypeBlock
	case unix.S_IFIFO:
		h.Typeflag = tar.TypeFifo
	default:
		return nil // a socket is its server's
	}
	if h.Typeflag == tar.TypeChar || h.Typeflag == tar.TypeBlock {
		h.Devmajor, h.Devminor = int64(unix.Major(st.Rdev)), int64(unix.Minor(st.Rdev))
	}
	if st.Nlink > 1 && h.Typeflag != tar.TypeDir {
		key := [2]uint64{st.Dev, st.Ino}
		if first, ok := p.links[key]; ok {
			h.Typeflag, h.Linkname, h.Size = tar.TypeLink, first, 0
			return p.w.WriteHeader(h)
		}
		p.links[key] = name
	}
	var err error
	if h.PAXRecords, err = xattrs(file); err != nil {
		return err
	}
	if h.Typeflag != tar.TypeReg {
		return p.w.WriteHeader(h)
	}
	return p.content(file, h)
}

func (p *packer) content(file string, h *tar.Header) error {
	f, err := os.OpenFile(file, os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := p.w.WriteHeader(h); err != nil {
		return err
	}
	if n, err := io.CopyN(p.w, f, h.Size); err == io.EOF {
		return fmt.Errorf("%s shrank to %d bytes while it was read", file, n)
	} else if err != nil {
		return err
	}
	return nil
}

// xattrs are the extended attributes that mean something in another place, as
// PAX records.
func xattrs(file string) (map[string]string, error) {
	names, err := xattr(func(b []byte) (int, error) { return unix.Llistxattr(file, b) })
	if err != nil {
		return nil, &os.PathError{Op: "listxattr", Path: file, Err: err}
	}
	var records map[string]string
	for name := range strings.SplitSeq(string(names), "\x00") {
		if name != "security.capability" && !strings.HasPrefix(name, "user.") && !strings.HasPrefix(name, "system.posix_acl_") {
			continue
		}
		value, err := xattr(func(b []byte) (int, error) { return unix.Lgetxattr(file, name, b) })
		if err != nil {
			return nil, &os.PathError{Op: "getxattr", Path: file, Err: err}
		}
		if records == nil {
			records = map[string]string{}
		}
		records[xattrRecord+name] = string(value)
	}
	return records, nil
}

// xattr calls get with a buffer that is large enough; a file system without
// attributes has none.
func xattr(get func([]byte) (int, error)) ([]byte, error) {
	for {
		n, err := get(nil)
		if n == 0 || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENODATA) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		b := make([]byte, n)
		if n, err = get(b); err == nil {
			return b[:n], nil
		}
		if !errors.Is(err, unix.ERANGE) { // it grew meanwhile
			return nil, err
		}
	}
}
