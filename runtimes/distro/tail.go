package distro

import (
	"errors"
	"io"
)

// A tail notices when the end of the stream was read. Package tar takes it for
// the end of the archive if it is between two entries; but that is two blocks of
// zeros (POSIX pax, "ustar Interchange Format"), behind which it reads no more.
type tail struct {
	in    io.Reader
	ended bool
}

func (t *tail) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	if n == 0 && err == io.EOF {
		t.ended = true
	}
	return n, err
}

// drain reads what follows the archive: padding, in honest ones, and then the
// checksum of a compressed one.
func (t *tail) drain() error {
	const most = 64 << 20
	if n, err := io.Copy(io.Discard, io.LimitReader(t.in, most)); err != nil {
		return err
	} else if n == most {
		return errors.New("there is more behind the end of the archive")
	}
	return nil
}
