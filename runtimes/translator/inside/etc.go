package inside

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Resolver is the file that the plugin keeps up to date while the instance runs.
const Resolver = "/etc/resolv.conf"

// copied are the files of the host by which names are found on the network. The
// instance gets copies in copyFolder, which it may change as it likes, mounted on
// the distro's own, which stay as they are.
var copied = []string{Resolver, "/etc/hosts"}

const copyFolder = "/run/lxsh-host"

// hostFiles reads the files to copy. One that the host lacks is left out.
func hostFiles() map[string][]byte {
	files := make(map[string][]byte)
	for _, path := range copied {
		if text, err := os.ReadFile(path); err == nil {
			files[path] = text
		}
	}
	return files
}

// copyHostFiles puts the files into the instance.
func copyHostFiles(files map[string][]byte) error {
	for path, text := range files {
		if err := update(path, text); err != nil {
			return err
		}
		if err := place(path, false); err != nil {
			return err
		}
		if err := unix.Mount(copyFolder+path, path, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("cannot mount %s: %w", path, err)
		}
	}
	return nil
}

// update writes the copy of a file, in place: it is mounted.
func update(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(copyFolder+path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(copyFolder+path, text, 0o644)
}

const zoneFolder = "/usr/share/zoneinfo/"

// hostZone is the name of the host's time zone, such as Europe/Berlin, or empty.
func hostZone() string {
	target, err := filepath.EvalSymlinks("/etc/localtime")
	if err != nil {
		return ""
	}
	zone, ok := strings.CutPrefix(target, zoneFolder)
	if !ok {
		return ""
	}
	return zone
}

// setZone gives the distro the host's time zone, if it knows that, as
// systemd-nspawn and WSL do. A distro that cannot be written keeps its own: it
// is no reason not to run.
func setZone(zone string) {
	target := zoneFolder + zone
	if old, err := os.Readlink("/etc/localtime"); zone == "" || err == nil && old == target {
		return
	}
	if _, err := os.Stat(target); err != nil {
		return
	}
	const next = "/etc/.localtime.lxsh"
	if os.Symlink(target, next) == nil && os.Rename(next, "/etc/localtime") == nil {
		if _, err := os.Stat("/etc/timezone"); err == nil {
			os.WriteFile("/etc/timezone", []byte(zone+"\n"), 0o644)
		}
	}
}
