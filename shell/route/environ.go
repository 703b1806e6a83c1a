package route

import (
	"maps"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/eval"
)

// baseWins are variables of which the instance's value counts, unless the user
// changed the host's: they describe a place and not a person's wishes.
var baseWins = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "MAIL", "LANG", "LANGUAGE"}

// stays reports whether a variable of the host means nothing in an instance.
func stays(name string) bool {
	return name == "PATH" || strings.HasPrefix(name, "LD_") || name == "GCONV_PATH" ||
		name == "XDG_RUNTIME_DIR" || name == "XAUTHORITY" || strings.HasPrefix(name, "LXSH_")
}

// replaces reports whether the value of name in an environment counts more than
// the host's.
func replaces(to map[string]string, name string) bool {
	_, ok := to[name]
	return ok && (slices.Contains(baseWins, name) || strings.HasPrefix(name, "LC_"))
}

// deferred names the variables of the host's environment that an instance may
// replace or take away.
func (r *router) deferred() []string {
	names := slices.Clone(baseWins)
	for name := range r.env {
		if stays(name) || strings.HasPrefix(name, "LC_") {
			names = append(names, name)
		}
	}
	return names
}

// swap replaces the variables that come from one base environment by those of
// another one. What the user set or removed stays so. A nil base is the host's
// environment.
func (r *router) swap(sh *eval.Shell, from, to map[string]string) {
	if from == nil {
		from = r.env
	}
	dest := to
	if dest == nil {
		dest = r.env
	}
	for name, was := range from {
		value, _ := sh.Get(name)
		if _, ok := dest[name]; !ok && value == was && stays(name) {
			_ = sh.Unset(name)
		}
	}
	for name, value := range dest {
		now, set := sh.Get(name)
		was, ok := from[name]
		if !set && ok {
			continue
		}
		inherited := ok && was == now || !ok && r.env[name] == now
		if !set || inherited && (to == nil || replaces(dest, name)) {
			if sh.Set(name, value) == nil {
				_ = sh.SetAttrs(name, eval.Exported, 0)
			}
		}
	}
}

// carry makes the environment and the search path of a command that runs in
// another place than the session: what the user set, on top of what the place
// has. A variable that still has its value from the session's base environment
// was not set by the user. A nil base is the host's environment.
func (r *router) carry(from, to map[string]string, cmd *plugins.Command) (env []string, path string) {
	if to == nil {
		env, path = onHost(r.env, from, cmd.Env), cmd.Path
		if from != nil {
			path = r.env["PATH"]
		}
		return env, path
	}
	if from == nil {
		from = r.env
	}
	base := maps.Clone(to)
	for _, kv := range cmd.Env {
		name, value, _ := strings.Cut(kv, "=")
		if was, ok := from[name]; ok && was == value && (stays(name) || replaces(to, name)) {
			continue
		}
		delete(base, name)
		env = append(env, kv)
	}
	for name, value := range base {
		env = append(env, name+"="+value)
	}
	path = cmd.Path
	if own, ok := to["PATH"]; ok && path == from["PATH"] {
		path = own
	}
	return env, path
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
