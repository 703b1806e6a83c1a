package shell

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/parse"
)

// verbose shows the lines of a source as they are read, under set -v.
type verbose struct {
	parse.Source
	sh *eval.Shell
}

func (v verbose) ReadLine(first bool) (string, error) {
	line, err := v.Source.ReadLine(first)
	if err == nil && v.sh.Opt(eval.Verbose) {
		_ = v.sh.Write(2, []byte(strings.TrimSuffix(line, "\n")+"\n"))
	}
	return line, err
}

// stdin reads a script from descriptor 0, which its commands share: nothing
// beyond the line that is returned is taken from it (POSIX XCU sh, STDIN).
type stdin struct{ sh *eval.Shell }

func (s stdin) ReadLine(bool) (string, error) {
	f := s.sh.File(0)
	if f == nil {
		return "", io.EOF
	}
	real := f.Fd()
	if real >= 0 {
		// A file is read by blocks, and what is too much is given back.
		if at, err := unix.Seek(real, 0, io.SeekCurrent); err == nil {
			return lineAt(real, at)
		}
	}
	var line []byte
	var c [1]byte
	for {
		n, err := f.Read(c[:])
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			fds := []unix.PollFd{{Fd: int32(real), Events: unix.POLLIN}}
			_, _ = unix.Poll(fds, -1)
			continue
		case err != nil && err != io.EOF:
			return "", fmt.Errorf("standard input: %w", err)
		case n == 0:
			if len(line) == 0 {
				return "", io.EOF
			}
			return string(line), nil
		}
		line = append(line, c[0])
		if c[0] == '\n' {
			return string(line), nil
		}
	}
}

// lineAt reads the line at offset at of a seekable descriptor and leaves the
// offset behind it.
func lineAt(fd int, at int64) (string, error) {
	var line []byte
	var buf [2048]byte
	for {
		n, err := unix.Pread(fd, buf[:], at+int64(len(line)))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		end := bytes.IndexByte(buf[:n], '\n')
		if end >= 0 {
			n = end + 1
		}
		line = append(line, buf[:n]...)
		if end >= 0 || n == 0 {
			break
		}
	}
	if len(line) == 0 {
		return "", io.EOF
	}
	_, err := unix.Seek(fd, at+int64(len(line)), io.SeekStart)
	return string(line), err
}

// A script is a file with commands, which it alone reads.
type script struct {
	r    *bufio.Reader
	name string
}

func (s *script) ReadLine(bool) (string, error) {
	line, err := s.r.ReadString('\n')
	if line != "" && err == io.EOF {
		err = nil
	}
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%s: %w", s.name, errors.Unwrap(err))
	}
	return line, err
}

// openScript opens the script name: the file of that name or, if there is none
// and name has no slash, the first readable one along PATH (POSIX XCU sh,
// command_file). The error carries the exit status.
func openScript(name, path string) (*script, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) && !strings.Contains(name, "/") {
		for _, dir := range filepath.SplitList(path) {
			if found, err2 := os.Open(filepath.Join(dir, name)); err2 == nil {
				f, err = found, nil
				break
			}
		}
	}
	if err != nil {
		status := 126
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			status = 127
		}
		return nil, &ExitError{status, fmt.Errorf("%s: %w", name, errors.Unwrap(err))}
	}
	s := &script{r: bufio.NewReader(f), name: name}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, &ExitError{126, fmt.Errorf("%s: is a directory", name)}
	} else if err == nil && info.Mode().IsRegular() {
		head, _ := s.r.Peek(256)
		if line, _, _ := bytes.Cut(head, []byte{'\n'}); bytes.IndexByte(line, 0) >= 0 {
			return nil, &ExitError{126, fmt.Errorf("%s: cannot execute binary file", name)}
		}
	}
	return s, nil
}

// An ExitError ends the program with a status other than 1.
type ExitError struct {
	Status int
	Err    error
}

func (e *ExitError) Error() string { return e.Err.Error() }

func (e *ExitError) Unwrap() error { return e.Err }
