package inside

import (
	"bytes"
	"os"
	"slices"
	"strconv"
)

// agents are helpers that programs start on their own and nobody ends, by what
// /proc/PID/stat calls them. They do not keep an instance from being idle: who
// needs one again starts it again.
var agents = []string{
	"at-spi-bus-laun", "dbus-daemon", "dbus-launch", "dconf-service", "dirmngr",
	"gpg-agent", "keyboxd", "scdaemon", "ssh-agent",
}

// programs are the names of all processes but pid 1. A zombie runs no program:
// its parent may be a shell outside, or a pid 1 there that never looks.
func programs() []string {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var list []string
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err != nil || pid == 1 {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // it has ended
		}
		if name, state := nameAndState(stat); state != 'Z' && state != 'X' {
			list = append(list, name)
		}
	}
	return list
}

// nameAndState are fields 2 and 3 of /proc/PID/stat (proc_pid_stat(5)). The name
// is in parentheses and may hold any byte.
func nameAndState(stat []byte) (string, byte) {
	begin, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if begin < 0 || end < begin || end+2 >= len(stat) {
		return "", 0
	}
	return string(stat[begin+1 : end]), stat[end+2]
}

// Processes counts what keeps the instance from being idle.
func (i *instance) Processes() int {
	return len(slices.DeleteFunc(programs(), func(name string) bool { return slices.Contains(agents, name) }))
}
