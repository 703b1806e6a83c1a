package distro

import (
	"archive/tar"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"golang.org/x/sys/unix"
)

// file makes a regular file with its content. It is always a new one: writing to
// what is there would write through links.
func (u *unpacker) file(name string, h *tar.Header, content io.Reader) error {
	if h.Size < 0 || h.Size > maxSize-u.report.Size {
		return fmt.Errorf("the archive holds more than %d GiB", maxSize>>30)
	}
	u.report.Size += h.Size
	var fd int
	err := u.place(name, func() (err error) {
		fd, err = unix.Open(name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
		return err
	})
	if err != nil {
		return err
	}
	err = u.copy(fd, content, h.Size)
	if e := unix.Close(fd); err == nil {
		err = e
	}
	return err
}

// copy writes size bytes of content to a new file. A buffer full of zeros becomes
// a hole, so that sparse files stay so and a bomb of zeros fills no disk.
func (u *unpacker) copy(fd int, content io.Reader, size int64) error {
	hole := false
	for at := int64(0); at < size; {
		chunk := u.buf[:min(int64(len(u.buf)), size-at)]
		if _, err := io.ReadFull(content, chunk); err != nil {
			return u.damaged(err)
		}
		if hole = len(chunk) == len(u.buf) && allZero(chunk); !hole {
			if err := u.space.need(len(chunk)); err != nil {
				return err
			}
			if err := writeAt(fd, chunk, at); err != nil {
				return err
			}
		}
		at += int64(len(chunk))
	}
	if hole { // at the end
		return unix.Ftruncate(fd, size)
	}
	return nil
}

func writeAt(fd int, b []byte, offset int64) error {
	for len(b) > 0 {
		n, err := unix.Pwrite(fd, b, offset)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return err
		}
		b, offset = b[n:], offset+int64(n)
	}
	return nil
}

func allZero(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c != 0 })
}

// attributes sets owner, mode, extended attributes and time, in an order in which
// none undoes another: chown(2) clears the setuid bit and capabilities.
func (u *unpacker) attributes(name string, h *tar.Header) error {
	if u.mode != idmap.Single {
		if err := unix.Lchown(name, h.Uid, h.Gid); err == unix.EINVAL {
			return fmt.Errorf("its owner %d:%d is beyond the ids of this user (as root: give the user 65536 ids in /etc/subuid and /etc/subgid)", h.Uid, h.Gid)
		} else if err != nil {
			return fmt.Errorf("chown: %w", err)
		}
	}
	if h.Typeflag != tar.TypeSymlink {
		if err := unix.Chmod(name, uint32(h.Mode)&0o7777); err != nil {
			return fmt.Errorf("chmod: %w", err)
		}
	}
	for key, value := range h.PAXRecords {
		attr, ok := strings.CutPrefix(key, xattrRecord)
		if !ok {
			continue
		}
		if err := unix.Lsetxattr(name, attr, []byte(value), 0); err == unix.ENOSPC || err == unix.EDQUOT {
			return fmt.Errorf("attribute %s: %w", attr, err)
		} else if err != nil {
			u.xattrs++ // not for this user, or this file system
		}
	}
	if h.Typeflag == tar.TypeDir {
		return nil // at the end
	}
	return setTime(name, h.ModTime)
}

// xattrRecord begins the PAX records of extended attributes, as GNU tar, star and
// libarchive write them.
const xattrRecord = "SCHILY.xattr."

func setTime(name string, t time.Time) error {
	mtime, err := unix.TimeToTimespec(t)
	if err != nil {
		return err
	}
	times := []unix.Timespec{{Nsec: unix.UTIME_OMIT}, mtime}
	return unix.UtimesNanoAt(unix.AT_FDCWD, name, times, unix.AT_SYMLINK_NOFOLLOW)
}

// A space keeps an import from filling the disk to the last byte.
type space struct {
	path    string
	reserve int64
	left    int64 // that may be written before the next look
}

func (s *space) init(path string) error {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return err
	}
	// Of a small file system a twentieth, never more than 64 MiB.
	s.path, s.reserve = path, min(64<<20, int64(st.Blocks)*st.Bsize/20)
	return nil
}

// need announces n bytes to be written; ENOSPC if they would eat the reserve.
func (s *space) need(n int) error {
	if s.left -= int64(n); s.left > 0 {
		return nil
	}
	var st unix.Statfs_t
	if err := unix.Statfs(s.path, &st); err != nil {
		return err
	}
	free := int64(st.Bavail)*st.Bsize - s.reserve
	if free < int64(n) {
		return fmt.Errorf("%w (%d MiB are kept free)", unix.ENOSPC, s.reserve>>20)
	}
	s.left = min(free/2, 16<<20)
	return nil
}
