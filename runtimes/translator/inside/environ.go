package inside

import (
	"os"
	"slices"
	"strings"
)

// The search path where the distro does not set one: Debian's, for root.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environ is the base environment: the defaults, then what the distro's files
// say, as pam_env(8) reads them, then the config's.
func environ(extra []string) []string {
	env := []string{"PATH=" + defaultPath, "LANG=C.UTF-8"}
	env = append(env, account()...)
	for _, file := range []string{"/etc/environment", "/etc/default/locale"} {
		if text, err := os.ReadFile(file); err == nil {
			env = append(env, assignments(string(text))...)
		}
	}
	return lastWins(append(env, extra...))
}

// account is what the user database says of user 0, who everybody is inside.
func account() []string {
	name, home, shell := "root", "/root", "/bin/sh"
	if text, err := os.ReadFile("/etc/passwd"); err == nil {
		for line := range strings.Lines(string(text)) {
			f := strings.Split(strings.TrimSuffix(line, "\n"), ":")
			if len(f) == 7 && f[2] == "0" {
				name, home = f[0], f[5]
				if f[6] != "" {
					shell = f[6]
				}
				break
			}
		}
	}
	return []string{"HOME=" + home, "USER=" + name, "LOGNAME=" + name, "SHELL=" + shell}
}

// assignments reads lines of NAME=value, with or without export and quotes.
func assignments(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		name, value, ok := strings.Cut(line, "=")
		if !ok || name == "" || strings.ContainsAny(name, "# \t") {
			continue
		}
		for _, quote := range []string{`"`, `'`} {
			if len(value) >= 2 && strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
				value = value[1 : len(value)-1]
				break
			}
		}
		list = append(list, name+"="+value)
	}
	return list
}

// lastWins keeps the last assignment of each name, in the order of the first.
func lastWins(env []string) []string {
	var list []string
	for _, assignment := range env {
		name, _, _ := strings.Cut(assignment, "=")
		at := slices.IndexFunc(list, func(s string) bool { return strings.HasPrefix(s, name+"=") })
		if at >= 0 {
			list[at] = assignment
		} else {
			list = append(list, assignment)
		}
	}
	return list
}
