package inside

import (
	"os"
	"path/filepath"
	"strings"
)

// hostFiles are the files of the host's /etc by which names are found on the
// network. The host's links are followed here; one that it lacks is left out.
func hostFiles() []placed {
	var list []placed
	for _, path := range []string{"/etc/resolv.conf", "/etc/hosts"} {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		if t, err := take(path); err == nil {
			list = append(list, placed{t, path})
		}
	}
	return list
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
