package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// left describes the processes and sockets of the user that are there now.
// Processes get some time to be gone.
func (u *user) left() []string {
	var found []string
	for end := time.Now().Add(scaled(10 * time.Second)); ; time.Sleep(10 * time.Millisecond) {
		pids := u.processes()
		if len(pids) == 0 {
			break
		}
		if time.Now().After(end) {
			for _, pid := range pids {
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				found = append(found, fmt.Sprintf("process %d: %q", pid, line))
				syscall.Kill(pid, syscall.SIGKILL)
			}
			break
		}
	}
	filepath.WalkDir(filepath.Join(u.dir, "run"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type() == fs.ModeSocket {
			found = append(found, "socket "+path)
		}
		return nil
	})
	return found
}

// processes lists the user's processes: they hold its folder in their
// environment or arguments. A zombie has neither.
func (u *user) processes() []int {
	var pids []int
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		pid, _ := strconv.Atoi(filepath.Base(folder))
		environ, _ := os.ReadFile(folder + "/environ")
		line, _ := os.ReadFile(folder + "/cmdline")
		if pid != os.Getpid() && strings.Contains(string(environ)+string(line), u.dir+"/") {
			pids = append(pids, pid)
		}
	}
	return pids
}
