package policyfile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// systemFolders are the folders of a search path, without links, that are the
// administrator's. A rule that allows "git" does not mean the git that a program
// inside an instance puts into ~/bin, which is shared with it and comes first in
// many a PATH.
func systemFolders(path string) string {
	var own []string
	for _, folder := range filepath.SplitList(path) {
		real, err := filepath.EvalSymlinks(folder)
		if err == nil && filepath.IsAbs(folder) && isSystems(real) {
			own = append(own, real)
		}
	}
	return strings.Join(own, ":")
}

// isSystems reports whether the folder, an absolute path without links, and all
// above it are root's, and nothing for this user or everybody to change. Root may
// change everything, also from inside, where it is shared: what is never shared is
// the system's own.
func isSystems(folder string) bool {
	root := os.Geteuid() == 0
	if top := strings.SplitN(folder, "/", 3)[1]; root && top != "usr" && top != "bin" && top != "sbin" {
		return false
	}
	for at := folder; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
			return false
		}
		// What is root's in a sticky folder only root can exchange.
		exchangeable := at == folder || info.Mode()&os.ModeSticky == 0
		writable := info.Mode()&0o002 != 0 || !root && unix.Access(at, unix.W_OK) == nil
		if writable && exchangeable {
			return false
		}
		if at == "/" {
			return true
		}
	}
}
