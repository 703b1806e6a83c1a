package paths

import (
	"errors"
	"io/fs"
	"syscall"
)

// remedy says what a user can do about a folder that cannot be made or written.
func remedy(err error) string {
	switch {
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only: point the XDG folders to one that you can write"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "the disk is full: make room"
	case errors.Is(err, syscall.ENOTDIR):
		return "something on the way is a file: move it away"
	case errors.Is(err, fs.ErrPermission):
		return "the folder above must be yours: check HOME and the XDG variables"
	}
	return "check HOME and the XDG variables"
}
