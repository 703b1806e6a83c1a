package eval

import (
	"bytes"
	"errors"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/spawn"
	"github.com/lxsh/lxsh/shell/fd"
)

// Replace puts a command of this machine in the place of this process. It
// returns only with an error, which is one of plugins.Instance.Start; then
// nothing has changed, unless the kernel refused a program that looked right.
func Replace(cmd *plugins.Command) error {
	if cmd.Dir.File != nil {
		if err := syscall.Fchdir(cmd.Dir.File.Fd()); err != nil {
			return &plugins.StartError{Name: cmd.Name, Err: err}
		}
	}
	path, err := find(cmd)
	if err != nil {
		return err
	}
	if err := lay(cmd.Files); err != nil {
		return &plugins.StartError{Name: cmd.Name, Path: path, Err: err}
	}
	syscall.Umask(int(cmd.Umask))
	err = syscall.Exec(path, cmd.Argv, cmd.Env)
	var errno syscall.Errno
	if errors.As(err, &errno) {
		if errno == syscall.ENOENT {
			errno = unix.ELIBACC
		}
		err = spawn.Classify(errno)
	}
	return &plugins.StartError{Name: cmd.Name, Path: path, Err: err}
}

// find looks for the program as execvp would.
func find(cmd *plugins.Command) (string, error) {
	failure := &plugins.StartError{Name: cmd.Name, Err: plugins.ErrNotFound}
	for _, path := range spawn.Candidates(cmd.Path, cmd.Name) {
		var st syscall.Stat_t
		if err := syscall.Stat(path, &st); err != nil {
			continue
		}
		if st.Mode&syscall.S_IFMT != syscall.S_IFREG || unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) != nil {
			failure.Path, failure.Err = path, plugins.ErrNotExecutable
			continue
		}
		if isText(path) {
			return "", &plugins.StartError{Name: cmd.Name, Path: path, Err: plugins.ErrExecFormat}
		}
		return path, nil
	}
	return "", failure
}

// isText reports whether a program is a script without a first line that names
// its interpreter, which the kernel will refuse.
func isText(path string) bool {
	n, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false // it may be executed though it cannot be read
	}
	defer syscall.Close(n)
	head := make([]byte, 256)
	k, err := fd.OS(n).Read(head)
	head = head[:k]
	return err == nil && !bytes.HasPrefix(head, []byte("#!")) && bytes.IndexByte(head, 0) < 0
}

// lay puts files behind the real numbers that are their indices.
func lay(files []plugins.File) error {
	high := make([]int, len(files))
	for i, f := range files {
		high[i] = -1
		if f == nil {
			continue
		}
		n, err := unix.FcntlInt(uintptr(f.Fd()), unix.F_DUPFD_CLOEXEC, len(files)+lowestFree)
		if err != nil {
			return err
		}
		high[i] = n
	}
	for i, n := range high {
		if n < 0 {
			_ = syscall.Close(i)
			continue
		}
		if err := unix.Dup3(n, i, 0); err != nil {
			return err
		}
	}
	return nil
}

// lowestFree keeps the copies of lay away from the numbers they go to.
const lowestFree = 10
