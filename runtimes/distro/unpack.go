package distro

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
	"golang.org/x/sys/unix"
)

// Bounds of an archive. Sizes count holes and zeros too, which cost no space
// but time.
const (
	maxEntries = 20_000_000
	maxSize    = 256 << 30
)

// An unpacker makes the entries of an archive below the current root, which must
// be that of the distro: names are taken as they are, and links are followed as
// the distro's own programs would.
type unpacker struct {
	mode   idmap.Mode
	report *report
	space  space
	dirs   []dirTime
	buf    []byte

	devices, xattrs int // left out, for the notes
}

// A dirTime is set at the end, since making an entry changes its folder's.
type dirTime struct {
	name string
	time time.Time
}

// unpack reads a tar archive. Nothing is taken back when it fails.
func unpack(in io.Reader, mode idmap.Mode, r *report) error {
	u := &unpacker{mode: mode, report: r, buf: make([]byte, 1<<16)}
	if err := u.space.init("/"); err != nil {
		return err
	}
	end := &tail{in: bufio.NewReaderSize(in, 1<<18)}
	archive := tar.NewReader(end)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // which is for us to judge
			return u.damaged(err)
		}
		if u.report.Files++; u.report.Files > maxEntries {
			return fmt.Errorf("the archive has more than %d entries", maxEntries)
		}
		if err := u.entry(h, archive); err != nil {
			return err
		}
	}
	if end.ended {
		return errors.New("the archive ends too early")
	}
	if u.report.Files == 0 {
		return errors.New("the archive holds no files")
	}
	for _, d := range u.dirs {
		if err := setTime(d.name, d.time); err != nil && !errors.Is(err, unix.ENOENT) {
			return &entryError{d.name, err}
		}
	}
	if u.devices > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d device nodes outside /dev were left out", u.devices))
	}
	if u.xattrs > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d extended attributes could not be set", u.xattrs))
	}
	return end.drain()
}

func (u *unpacker) damaged(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the archive ends too early")
	case errors.Is(err, tar.ErrHeader) && u.report.Files == 0:
		return errors.New("it is not a tar archive")
	case errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("the archive is damaged after %d entries", u.report.Files)
	}
	return err
}

// An entryError says which entry could not be made.
type entryError struct {
	name string
	err  error
}

func (e *entryError) Error() string { return fmt.Sprintf("%.200q: %v", e.name, e.err) }
func (e *entryError) Unwrap() error { return e.err }

// localName is an archive's name for a file as a path from the root. A leading
// slash means nothing, as in tar(1). No honest program writes "..".
func localName(name string) (string, error) {
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", &entryError{name, errors.New("a name with \"..\" leads out of the archive")}
		}
	}
	return path.Clean("/" + name), nil
}

// entry makes one entry with its attributes.
func (u *unpacker) entry(h *tar.Header, content io.Reader) error {
	name, err := localName(h.Name)
	if err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeXGlobalHeader, 'V': // comments: of git, and GNU's volume label
		u.report.Files--
		return nil
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		err = u.file(name, h, content)
	case tar.TypeDir:
		err = u.dir(name, h)
	case tar.TypeSymlink:
		err = u.place(name, func() error { return unix.Symlink(h.Linkname, name) })
	case tar.TypeLink:
		return u.link(name, h)
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		made, e := u.node(name, h)
		if e == nil && !made {
			return nil
		}
		err = e
	default:
		err = fmt.Errorf("unknown type %q", h.Typeflag)
	}
	if err == nil {
		err = u.attributes(name, h)
	}
	if err != nil {
		return &entryError{h.Name, err}
	}
	return nil
}

// place runs make until name is free and its folder there: an archive may hold
// an entry twice, of which the last counts, and leave out folders.
func (u *unpacker) place(name string, make func() error) error {
	err := make()
	if err == unix.ENOENT {
		if err := makeDirs(path.Dir(name)); err != nil {
			return err
		}
		err = make()
	}
	if err == unix.EEXIST {
		if err := unix.Unlink(name); err == unix.EISDIR || err == unix.EPERM {
			if err := unix.Rmdir(name); err != nil {
				return fmt.Errorf("there is a folder of that name: %w", err)
			}
		} else if err != nil {
			return err
		}
		err = make()
	}
	return err
}

// makeDirs makes a folder and its parents, with the mode that tar(1) gives to
// those that are not in the archive.
func makeDirs(name string) error {
	err := unix.Mkdir(name, 0o755)
	if err == unix.ENOENT && name != "/" {
		if err := makeDirs(path.Dir(name)); err != nil {
			return err
		}
		err = unix.Mkdir(name, 0o755)
	}
	if err == unix.EEXIST {
		return nil // or no folder: the next call finds out
	}
	return err
}

func (u *unpacker) dir(name string, h *tar.Header) error {
	u.dirs = append(u.dirs, dirTime{name, h.ModTime})
	var st unix.Stat_t
	if name == "/" || unix.Lstat(name, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR {
		return nil
	}
	return u.place(name, func() error { return unix.Mkdir(name, 0o700) })
}

// link makes a hard link, which has its attributes already.
func (u *unpacker) link(name string, h *tar.Header) error {
	target, err := localName(h.Linkname)
	if err != nil {
		return err
	}
	if target == name {
		return nil // to itself: making room for it would lose it
	}
	if err := u.place(name, func() error { return unix.Link(target, name) }); err != nil {
		return &entryError{h.Name, fmt.Errorf("link to %.200q: %w", h.Linkname, err)}
	}
	return nil
}

// node makes a FIFO or device. Devices are only root's to make, and below /dev
// every runtime has its own.
func (u *unpacker) node(name string, h *tar.Header) (made bool, err error) {
	types := map[byte]uint32{tar.TypeChar: unix.S_IFCHR, tar.TypeBlock: unix.S_IFBLK, tar.TypeFifo: unix.S_IFIFO}
	whiteout := h.Typeflag == tar.TypeChar && h.Devmajor == 0 && h.Devminor == 0 // overlayfs: anybody's
	if h.Typeflag != tar.TypeFifo && !whiteout && u.mode != idmap.Identity {
		if !strings.HasPrefix(name, "/dev/") {
			u.devices++
		}
		return false, nil
	}
	device := int(unix.Mkdev(uint32(h.Devmajor), uint32(h.Devminor)))
	return true, u.place(name, func() error { return unix.Mknod(name, types[h.Typeflag]|0o600, device) })
}
