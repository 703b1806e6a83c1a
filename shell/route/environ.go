package route

import (
	"maps"
	"slices"
	"strings"
)

// baseWins are variables of which the instance's value counts, unless the user
// changed the host's: they describe a place and not a person's wishes.
var baseWins = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "MAIL", "LANG", "LANGUAGE"}

// stays reports whether a variable of the host means nothing in an instance.
func stays(name string) bool {
	return name == "PATH" || strings.HasPrefix(name, "LD_") || name == "GCONV_PATH" ||
		name == "XDG_RUNTIME_DIR" || name == "XAUTHORITY" || strings.HasPrefix(name, "LXSH_")
}

// environ is the environment of a command in the place: the session's exported
// variables on top of the place's own. host is the environment that lxsh found:
// a variable that still has its value from there was not set by the user.
func (p *place) environ(host map[string]string, exported []string) []string {
	env := make([]string, 0, len(exported)+len(p.base))
	base := maps.Clone(p.base)
	for _, kv := range exported {
		name, value, _ := strings.Cut(kv, "=")
		if was, ok := host[name]; ok && was == value && (stays(name) || p.replaces(name)) {
			continue
		}
		delete(base, name)
		env = append(env, kv)
	}
	for name, value := range base {
		env = append(env, name+"="+value)
	}
	return env
}

// replaces reports whether the place's value of name counts more than the host's.
func (p *place) replaces(name string) bool {
	_, ok := p.base[name]
	return ok && (slices.Contains(baseWins, name) || strings.HasPrefix(name, "LC_"))
}

// path is the search path for commands of the place.
func (p *place) path(host map[string]string, path string) string {
	if own, ok := p.base["PATH"]; ok && path == host["PATH"] {
		return own
	}
	return path
}

// onHost is the environment of a program on the host: what the session changed
// on top of the host's own. base is the environment of the instance from which it
// is started; a value from there is none of the user's.
func onHost(host, base map[string]string, exported []string) []string {
	env := make([]string, 0, len(exported))
	seen := map[string]bool{}
	for _, kv := range exported {
		name, value, _ := strings.Cut(kv, "=")
		seen[name] = true
		if own, ok := base[name]; ok && own == value {
			was, ok := host[name]
			if !ok {
				continue
			}
			kv = name + "=" + was
		}
		env = append(env, kv)
	}
	for name, value := range host {
		if !seen[name] && stays(name) {
			env = append(env, name+"="+value)
		}
	}
	return env
}
