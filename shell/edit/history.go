package edit

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A History is the commands of former sessions and of this one, the oldest
// first. Its file holds one command after the other; a line that begins with a
// tab continues the one before it. Each command is appended by one write(2), so
// that sessions at the same time do not mix theirs and a crash loses none.
type History struct {
	entries []string
	file    string // empty: nothing is written
}

// The most that is read of a file at its end, in bytes, and the most entries.
const (
	readLimit = 4 << 20
	entryMax  = 20000
)

// Open reads the history of a file, and keeps what follows there. The error says
// why a session's commands will not be kept; the History is usable all the same.
func (h *History) Open(file string) error {
	f, err := os.Open(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		defer f.Close()
		text, err := tail(f)
		if err != nil {
			return err
		}
		h.load(text)
	}
	h.file = file
	return nil
}

// tail reads the end of a file, from the beginning of a line.
func tail(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: f.Name(), Err: errors.New("not a regular file")}
	}
	from := max(info.Size()-readLimit, 0)
	text := make([]byte, info.Size()-from)
	n, err := f.ReadAt(text, from)
	text = text[:n]
	if from > 0 {
		text = text[bytes.IndexByte(text, '\n')+1:]
	}
	if n == 0 {
		return nil, nil
	}
	return text, err
}

// load takes the entries of a file. What is not text in it is dropped.
func (h *History) load(text []byte) {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.IndexByte(line, 0) >= 0 {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "\t"); ok && len(h.entries) > 0 {
			h.entries[len(h.entries)-1] += "\n" + rest
		} else if line != "" {
			h.entries = append(h.entries, line)
		}
	}
	if n := len(h.entries) - entryMax; n > 0 {
		h.entries = h.entries[n:]
	}
}

// Add remembers a command. One that begins with a blank, or is the same as the
// one before, is not remembered.
func (h *History) Add(command string) error {
	command = strings.TrimRight(command, "\n \t")
	if command == "" || command[0] == ' ' || command[0] == '\t' ||
		len(h.entries) > 0 && h.entries[len(h.entries)-1] == command {
		return nil
	}
	h.entries = append(h.entries, command)
	return h.write(command)
}

// Replace puts command in the place of the last one, which was only there to make
// it (POSIX XCU fc). In the file it comes after that.
func (h *History) Replace(command string) {
	if len(h.entries) > 0 {
		h.entries[len(h.entries)-1] = command
		_ = h.write(command) // the last one was told when it could not be
	}
}

// Lines returns the commands, of which the first has the number 1.
func (h *History) Lines() (first int, lines []string) { return 1, h.entries }

// write appends to the file.
func (h *History) write(command string) error {
	if h.file == "" {
		return nil
	}
	// No buffer and no rename: the file belongs to several sessions.
	fd, err := unix.Open(h.file, unix.O_WRONLY|unix.O_APPEND|unix.O_CREAT|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return &fs.PathError{Op: "open", Path: h.file, Err: err}
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(strings.ReplaceAll(command, "\n", "\n\t")+"\n"))
	return err
}

// Len is the number of entries.
func (h *History) Len() int { return len(h.entries) }

// Entry returns entry i, counted from 0; an empty one if there is none.
func (h *History) Entry(i int) string {
	if i < 0 || i >= len(h.entries) {
		return ""
	}
	return h.entries[i]
}
