package distro

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/lxsh/lxsh/plugins"
	"golang.org/x/sys/unix"
)

// A source is a tar stream that a goroutine feeds from a file or folder.
type source struct {
	name   string
	file   *os.File // nil: not ours to close
	stream *os.File // the tar stream, plain
	result atomic.Pointer[error]
}

// openSource finds out what source is and begins to feed from it. A folder must
// not hold the store, which grows while it is read.
func openSource(ctx context.Context, name, store string, o Options) (*source, error) {
	src := &source{name: name}
	size := int64(-1)
	var in io.Reader
	switch info, err := os.Stat(name); {
	case name == "-":
		if src.name = "standard input"; o.Stdin == nil {
			return nil, errors.New("there is no standard input to import from")
		}
		in = o.Stdin
	case err != nil:
		return nil, fmt.Errorf("cannot import %s: %w", name, errors.Unwrap(err))
	case info.IsDir():
		if inside(store, name) {
			return nil, fmt.Errorf("cannot import %s: lxsh's own store is inside it, in %s", name, store)
		}
		return src, src.feed(func(w io.Writer) error { return pack(w, name, ownAsRoot) })
	default:
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot import %s: %w", name, errors.Unwrap(err))
		}
		if info.Mode().IsRegular() {
			size = info.Size()
		}
		src.file, in = f, f
	}
	if o.Progress != nil {
		if meter := o.Progress(size); meter != nil {
			in = io.TeeReader(in, meter)
		}
	}
	return src, src.feed(func(w io.Writer) error { return decompress(ctx, w, in) })
}

// inside reports whether path is dir or below it; a path that does not exist
// yet is where its folder is.
func inside(path, dir string) bool {
	for p := path; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		top, err2 := os.Stat(dir)
		if err == nil && err2 == nil && os.SameFile(info, top) {
			return true
		}
		if p == filepath.Dir(p) {
			return false
		}
	}
}

// feed runs produce against a pipe. Its result is known before its end can be
// read, so that finish has never to wait for a reader of, say, a terminal.
func (s *source) feed(produce func(io.Writer) error) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	s.stream = r
	// Fewer changes between the two processes; the default is 64 KiB (pipe(7)),
	// which stays where a user has too many large ones.
	unix.FcntlInt(w.Fd(), unix.F_SETPIPE_SZ, 1<<20)
	go func() {
		err := produce(w)
		s.result.Store(&err)
		w.Close()
	}()
	return nil
}

// finish returns why the stream ended before its time, nil if it did not, or
// has not yet.
func (s *source) finish() error {
	if err := s.result.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *source) close() {
	s.stream.Close()
	if s.file != nil {
		s.file.Close()
	}
}

// decompress writes what in holds to w, unpacked by the format that its first
// bytes tell.
func decompress(ctx context.Context, w io.Writer, in io.Reader) error {
	b := bufio.NewReaderSize(in, 1<<18)
	magic, err := b.Peek(6)
	if len(magic) == 0 {
		if err == io.EOF {
			err = errors.New("it is empty")
		}
		return err
	}
	var plain io.Reader = b
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}): // RFC 1952
		plain, err = gzip.NewReader(b)
		if err != nil {
			return damaged("gzip", err)
		}
		_, err = io.Copy(w, plain)
		return damaged("gzip", err)
	case bytes.HasPrefix(magic, []byte("BZh")):
		_, err = io.Copy(w, bzip2.NewReader(b))
		return damaged("bzip2", err)
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")): // xz file format 1.2.1
		return filter(ctx, w, b, "xz", "xz-utils")
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}): // RFC 8878
		return filter(ctx, w, b, "zstd", "zstd")
	}
	_, err = io.Copy(w, b)
	return err
}

// damaged tells an error of the data from one of reading or writing them.
func damaged(format string, err error) error {
	var path *os.PathError
	if err == nil || errors.As(err, &path) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	return fmt.Errorf("damaged %s data: %w", format, err)
}

// filter decompresses by a program.
func filter(ctx context.Context, w io.Writer, in io.Reader, program, pkg string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return &plugins.LackError{Lack: plugins.Lack{
			What:   "the program " + program,
			Why:    "it is not in PATH, and the archive is compressed with it",
			Remedy: "as root: apt-get install " + pkg,
		}}
	}
	var stderr strings.Builder
	cmd := exec.CommandContext(ctx, path, "-dc")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, w, &stderr
	if err := cmd.Run(); err != nil {
		if why := strings.TrimSpace(stderr.String()); why != "" {
			err = errors.New(strings.ReplaceAll(why, "\n", "; "))
		}
		return damaged(program, err)
	}
	return nil
}
