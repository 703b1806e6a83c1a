package translator

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// watchResolver calls changed with each new content of path, the host's
// resolv.conf, until it is closed: a laptop that moves to another network must find its names
// in an instance that goes on running. The file is usually replaced rather than
// written, often behind a link, so the folders are watched.
func watchResolver(path string, changed func([]byte)) (io.Closer, error) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("inotify_init1", err)
	}
	events := os.NewFile(uintptr(fd), "inotify") // polled, so that Close ends a Read
	err = watchFolders(events, path)
	last, _ := os.ReadFile(path) // none yet is a content, too
	if err != nil {
		events.Close()
		return nil, err
	}
	go func() {
		buf := make([]byte, 16<<10)
		for {
			if _, err := events.Read(buf); err != nil {
				return
			}
			// The events are not looked into: a glance at the file costs less
			// than to tell which of the folders' files they are about. The
			// link may lead elsewhere now: watch first, so that no change
			// comes between.
			if watchFolders(events, path) != nil {
				continue // a folder that is being replaced: another event comes
			}
			text, err := os.ReadFile(path)
			if err != nil || bytes.Equal(text, last) {
				continue
			}
			last = text
			changed(text)
		}
	}()
	return events, nil
}

// watchFolders watches where the file is and where its link leads. A folder that
// is watched already stays so.
func watchFolders(events *os.File, path string) error {
	folders := []string{filepath.Dir(path)}
	if target, err := filepath.EvalSymlinks(path); err == nil && target != path {
		folders = append(folders, filepath.Dir(target))
	}
	conn, err := events.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for _, folder := range folders {
			if _, err := unix.InotifyAddWatch(int(fd), folder, unix.IN_CLOSE_WRITE|unix.IN_MOVED_TO|unix.IN_CREATE); err != nil {
				failed = os.NewSyscallError("inotify_add_watch", err)
			}
		}
	})
	return errors.Join(err, failed)
}
