package translator

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// Info says what the kernel allows here and what the id mode in use cannot do.
func (*Runtime) Info(context.Context) (plugins.Info, error) {
	ids, lacks := idMode()
	info := plugins.Info{
		Name:    Name,
		Version: plugins.Version,
		Summary: "runs a distro on this kernel, in name spaces",
		Engines: []plugins.Engine{{
			Name:    Namespace,
			Summary: fmt.Sprintf("the host's kernel; user ids: %s", modeWords[ids.Mode]),
			Lacks:   append(spaceLacks(), lacks...),
		}},
		Abilities: []string{plugins.AbilitySpawner, plugins.AbilityFileSystem, plugins.AbilityEnviron, plugins.AbilityLookPath},
		Limits: []string{
			"no boundary against hostile code: programs share the kernel and the user's rights with the host",
			"the network is the host's: no raw sockets, and no ports below 1024 for an ordinary user",
		},
	}
	info.Limits = append(info.Limits, modeLimits[ids.Mode]...)
	if ids.Mode == idmap.Single {
		_, better := idmap.Choose()
		for _, l := range better {
			info.Limits = append(info.Limits, fmt.Sprintf("one id: no %s: %s (%s)", l.What, l.Why, l.Remedy))
		}
	}
	if major, minor := kernelVersion(); major < 6 || major == 6 && minor < 7 {
		info.Limits = append(info.Limits, fmt.Sprintf(
			"Windows programs are not started by name inside: binfmt_misc in a user name space needs Linux 6.7, this is %d.%d", major, minor))
	}
	return info, nil
}

var modeWords = map[idmap.Mode]string{
	idmap.Identity: "the host's own",
	idmap.Range:    "root is you, the others are your subordinate ids",
	idmap.Single:   "one id and a fake root",
}

var modeLimits = map[idmap.Mode][]string{
	idmap.Identity: {
		"device nodes cannot be made, and the host's disks are not in /dev",
		"the shell's terminal has no name inside (tty says: not a tty; /dev/tty works)",
	},
	idmap.Range: {"device nodes cannot be made"},
	idmap.Single: {
		"the owners of files are not kept: all show as root",
		"there are no walls between users inside, and a service that asks for its peer's id sees root",
	},
}

// spaceLacks tells why user name spaces cannot be made here, from the kernel's
// settings; the errors of clone(2) do not tell them apart.
func spaceLacks() []plugins.Lack {
	lack := func(why, remedy string) []plugins.Lack {
		return []plugins.Lack{{What: "cannot create a user name space", Why: why, Remedy: "as root: " + remedy}}
	}
	if _, err := os.Stat("/proc/self/ns/user"); err != nil {
		return lack("the kernel has none", "use a kernel with CONFIG_USER_NS")
	}
	if major, minor := kernelVersion(); major < 5 || major == 5 && minor < 12 {
		return lack(fmt.Sprintf("mount_setattr needs Linux 5.12, this is %d.%d", major, minor), "install a newer kernel")
	}
	if n, ok := sysctl("user/max_user_namespaces"); ok && n < 2 {
		return lack(fmt.Sprintf("user.max_user_namespaces is %d, and 2 are needed", n), "sysctl -w user.max_user_namespaces=10000")
	}
	if os.Geteuid() == 0 {
		return nil
	}
	if n, ok := sysctl("kernel/unprivileged_userns_clone"); ok && n == 0 {
		return lack("operation not permitted", "sysctl -w kernel.unprivileged_userns_clone=1")
	}
	if n, ok := sysctl("kernel/apparmor_restrict_unprivileged_userns"); ok && n != 0 {
		return lack("AppArmor restricts it", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give lxsh-runtime-translator a profile with userns")
	}
	return nil
}

// sysctl reads a number below /proc/sys. Not every kernel has every one.
func sysctl(name string) (int, bool) {
	text, err := os.ReadFile("/proc/sys/" + name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	return n, err == nil
}

func kernelVersion() (major, minor int) {
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &major, &minor)
	}
	return major, minor
}
