package inside

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// nodes are the devices of an instance that does not get the host's /dev.
var nodes = []string{"null", "zero", "full", "random", "urandom", "tty"}

// devices completes /dev: memory that is shared by name is the instance's own,
// as its ipc name space is.
func devices(mode idmap.Mode) error {
	if err := mountNew("tmpfs", "/dev/shm", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777"); err != nil {
		return err
	}
	if mode != idmap.Identity {
		return nil
	}
	// The host's own would give the shell's terminal its name, and take new ones
	// from the other users inside: its ptmx is for root alone (ptmxmode=000), and
	// /dev/ptmx finds its terminals only in the folder that it lies in.
	if err := mountNew("devpts", "/dev/pts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5"); err != nil {
		return err
	}
	for name, target := range map[string]string{
		"ptmx": "pts/ptmx", "fd": "/proc/self/fd",
		"stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
	} {
		if err := os.Symlink(target, "/dev/"+name); err != nil {
			return err
		}
	}
	return os.Mkdir("/dev/mqueue", 0o755)
}
