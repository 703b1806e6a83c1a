package audit

import (
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// The log is the file itself and keep older ones, named FILE.1 (the newest) and
// so on, each of about maxSize bytes.
const (
	maxSize = 8 << 20
	keep    = 3
)

// A Log appends to one file. Several processes may have the same file open: each
// line is one write(2) with O_APPEND, and rotation happens under a lock.
type Log struct {
	path string
	size int64 // at which the file is rotated

	mu   sync.Mutex
	file *os.File
}

// Open opens the log at path, which is made with mode 0600.
func Open(path string) (*Log, error) {
	l := &Log{path: path, size: maxSize}
	return l, l.open()
}

func (l *Log) open() error {
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit log: %w (every launch is logged; make the file writable)", err)
	}
	l.file = file
	return nil
}

// Write appends one line, with the present time where the entry has none.
func (l *Log) Write(e Entry) error {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	line, err := e.line()
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.current(); err != nil {
		return err
	}
	if _, err := l.file.Write(line); err != nil {
		return fmt.Errorf("audit log: %w (every launch is logged; make room)", err)
	}
	return nil
}

// Close closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// current makes l.file the file that has the log's name, and that is not full.
func (l *Log) current() error {
	mine, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	named, err := os.Stat(l.path)
	moved := err != nil || !os.SameFile(mine, named)
	if !moved && mine.Size() < l.size {
		return nil
	}
	if !moved {
		if err := l.rotate(mine); err != nil {
			return fmt.Errorf("audit log: cannot rotate: %w", err)
		}
	}
	l.file.Close()
	return l.open()
}

// rotate renames the files. Of two processes that come here at the same time the
// second finds that the name belongs to another file already.
func (l *Log) rotate(mine os.FileInfo) error {
	if err := unix.Flock(int(l.file.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	if named, err := os.Stat(l.path); err != nil || !os.SameFile(mine, named) {
		return nil
	}
	for i := keep - 1; i >= 1; i-- {
		err := os.Rename(l.old(i), l.old(i+1))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return os.Rename(l.path, l.old(1))
}

func (l *Log) old(i int) string { return fmt.Sprintf("%s.%d", l.path, i) }
