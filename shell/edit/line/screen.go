package line

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// The library would ask the terminal for the cursor's place at every key, and lose
// what is typed while the answer is under way. It is told not to, and then needs
// two things: a line that begins in the first column, and a row below it.

// freshLine puts the cursor into the first column: of the next row, and behind a
// mark, when the last output did not end with a newline. The blanks reach the last
// column from column 0 and the next row from any other.
func freshLine(fd int) {
	size, err := unix.IoctlGetWinsize(1, unix.TIOCGWINSZ)
	if err != nil || size.Col < 2 {
		return
	}
	_, _ = unix.Write(fd, []byte("\x1b[7m%\x1b[0m"+strings.Repeat(" ", int(size.Col)-1)+"\r\x1b[K"))
}

// Cursor down, which stops at the last row, and index, which scrolls there.
var (
	cursorDown = []byte("\x1b[1B")
	index      = []byte("\x1bD")
)

// scrolling passes what is written to standard output on to out until the
// returned function is called, with the first sequence replaced by the second.
func scrolling(out *os.File) (stop func(), err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer r.Close()
		copyReplaced(out, r)
	}()
	os.Stdout = w
	return func() {
		os.Stdout = out
		w.Close()
		<-done
	}, nil
}

func copyReplaced(w io.Writer, r io.Reader) {
	var buf [4096]byte
	kept := 0 // the beginning of a sequence, at the end of what was read
	for {
		n, err := r.Read(buf[kept:])
		text := buf[:kept+n]
		kept = 0
		if err == nil {
			for k := min(len(cursorDown)-1, len(text)); k > 0 && kept == 0; k-- {
				if bytes.HasSuffix(text, cursorDown[:k]) {
					kept = k
				}
			}
		}
		_, _ = w.Write(bytes.ReplaceAll(text[:len(text)-kept], cursorDown, index))
		copy(buf[:], text[len(text)-kept:])
		if errors.Is(err, io.EOF) || err != nil {
			return
		}
	}
}
