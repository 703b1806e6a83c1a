package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// runtimePrefix begins the file name of every runtime plugin.
const runtimePrefix = "lxsh-runtime-"

// PluginFolders is the search path for plugins and for lxshd: LXSH_PLUGIN_PATH,
// the folder of the running program, the user's, the system's.
func PluginFolders() []string {
	var list []string
	for _, dir := range filepath.SplitList(os.Getenv("LXSH_PLUGIN_PATH")) {
		if filepath.IsAbs(dir) {
			list = append(list, dir)
		}
	}
	if exe, err := os.Executable(); err == nil {
		list = append(list, filepath.Dir(exe))
	}
	if data, err := Data(); err == nil {
		list = append(list, filepath.Join(data, "plugins"))
	}
	return append(list, "/usr/lib/lxsh/plugins")
}

// FindRuntime returns the executable of a runtime plugin.
func FindRuntime(name string) (string, error) {
	path, err := FindProgram(runtimePrefix + name)
	if errors.Is(err, fs.ErrNotExist) {
		known := append([]string{"local"}, Runtimes()...)
		return "", fmt.Errorf("unknown runtime %q (known here: %s)", name, strings.Join(known, ", "))
	}
	return path, err
}

// FindProgram returns the first executable called name in [PluginFolders]. The
// error is fs.ErrNotExist when there is none. One that other users could have
// written is an error and not passed over: it stands where the user expects his own.
func FindProgram(name string) (string, error) {
	if name == "" || strings.ContainsAny(name, "/\x00") {
		return "", fmt.Errorf("%q: not a program's name", name)
	}
	for _, dir := range PluginFolders() {
		path := filepath.Join(dir, name)
		st, err := os.Stat(path)
		if err != nil || st.IsDir() || st.Mode()&0o111 == 0 {
			continue
		}
		if err := trusted(path); err != nil {
			return "", err
		}
		return path, nil
	}
	return "", fmt.Errorf("%s: %w (searched %s)", name, fs.ErrNotExist, strings.Join(PluginFolders(), ", "))
}

// Runtimes lists the names of the runtime plugins in [PluginFolders], sorted.
func Runtimes() []string {
	var list []string
	for _, dir := range PluginFolders() {
		found, _ := filepath.Glob(filepath.Join(dir, runtimePrefix+"*"))
		for _, path := range found {
			st, err := os.Stat(path)
			if err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
				list = append(list, strings.TrimPrefix(filepath.Base(path), runtimePrefix))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// trusted refuses a program that somebody other than the user and root could
// have put there: its file and its folder are checked. Who owns the running program
// is trusted already; in a user name space that is how the real root shows.
func trusted(path string) error {
	for _, p := range []string{path, filepath.Dir(path)} {
		st, err := os.Stat(p)
		if err != nil {
			return err
		}
		if owner := ownerOf(st); owner != 0 && owner != os.Geteuid() && !ownsThisProgram(owner) {
			return fmt.Errorf("%s: not loaded: %s belongs to user %d (chown it)", path, p, owner)
		}
		if st.Mode()&0o002 != 0 && st.Mode()&fs.ModeSticky == 0 {
			return fmt.Errorf("%s: not loaded: everybody can write %s (chmod o-w it)", path, p)
		}
	}
	return nil
}

func ownsThisProgram(uid int) bool {
	st, err := os.Stat("/proc/self/exe")
	return err == nil && ownerOf(st) == uid
}

func ownerOf(st fs.FileInfo) int { return int(st.Sys().(*syscall.Stat_t).Uid) }
