package translate

import (
	"slices"
	"strings"
)

// ListName is the variable that names the variables which cross to the other
// side, as WSLENV does: NAME[/FLAGS] separated by colons.
const ListName = "LXENV"

// A Variable is one entry of the list. Flags, as WSLENV's:
//
//	p, l  the value is a path, or a list of paths: translate it
//	u     only from the host into an instance
//	w     only from an instance to the host
type Variable struct {
	Name     string
	Paths    bool
	ToHost   bool
	ToInside bool
}

// ParseList reads the value of [ListName]. An entry with an unknown flag is left
// out, since it may mean a restriction that this release does not know.
func ParseList(value string) []Variable {
	var list []Variable
	for entry := range strings.SplitSeq(strings.TrimRight(value, " \t\n"), ":") {
		name, flags, _ := strings.Cut(entry, "/")
		v := Variable{Name: name, ToHost: true, ToInside: true}
		known := name != "" && !strings.Contains(name, "=")
		for _, flag := range flags {
			switch flag {
			case 'p', 'l':
				v.Paths = true
			case 'u':
				v.ToHost = false
			case 'w':
				v.ToInside = false
			default:
				known = false
			}
		}
		if known {
			list = append(list, v)
		}
	}
	return list
}

// Harmless are the variables that a program of the host may get from any caller
// without being named: they change how it talks and not what it does, as long as
// their values are what [harmless] expects.
var Harmless = []string{"TERM", "COLORTERM", "NO_COLOR", "LANG", "LANGUAGE", "LC_*", "TZ", "COLUMNS", "LINES"}

// ToHost chooses from a caller's environment what its program on the host gets on
// top of the host's base: the harmless variables, and those that the caller's
// list names where allowed says yes. The names of the others on the list are
// returned too, to be told and not lost in silence.
func ToHost(base, caller []string, allowed func(name string) bool, paths Paths) (env, dropped []string) {
	values := make(map[string]string, len(caller))
	for _, variable := range caller {
		name, value, ok := strings.Cut(variable, "=")
		if _, twice := values[name]; ok && !twice {
			values[name] = value
		}
	}
	wanted := ParseList(values[ListName])
	named := make(map[string]Variable, len(wanted))
	for _, v := range wanted {
		named[v.Name] = v
	}
	passed := make(map[string]string)
	for name, value := range values {
		v, listed := named[name]
		switch {
		case listed && !v.ToHost:
		case harmless(name, value):
			passed[name] = value
		case listed && allowed(name):
			if v.Paths {
				value = translateList(value, paths)
			}
			passed[name] = value
		case listed:
			dropped = append(dropped, name)
		}
	}
	slices.Sort(dropped)
	return overlay(base, passed), dropped
}

// harmless reports whether anybody may set the variable to the value. Some values
// of harmless variables are not: a path makes libraries read the caller's files
// (message catalogues, time zones), "%" makes a format of a text, and a number is
// evaluated as an expression by shells. sudo checks the same (sudoers(5),
// env_check).
func harmless(name, value string) bool {
	if !slices.ContainsFunc(Harmless, func(pattern string) bool {
		prefix, open := strings.CutSuffix(pattern, "*")
		return open && strings.HasPrefix(name, prefix) || name == pattern
	}) {
		return false
	}
	for i := range len(value) {
		if value[i] <= ' ' || value[i] > '~' {
			return false
		}
	}
	switch name {
	case "COLUMNS", "LINES":
		return strings.Trim(value, "0123456789") == ""
	case "TZ":
		return !strings.HasPrefix(strings.TrimPrefix(value, ":"), "/") && !strings.Contains(value, "..")
	}
	return !strings.ContainsAny(value, "/%")
}

// translateList keeps the paths of a list that lead to the same file on the host.
func translateList(value string, paths Paths) string {
	var out []string
	for path := range strings.SplitSeq(value, ":") {
		if file, err := paths.Open(path); err == nil {
			file.Close()
			out = append(out, path)
		}
	}
	return strings.Join(out, ":")
}

// overlay lays variables over base, in base's order and the new ones sorted.
func overlay(base []string, over map[string]string) []string {
	env := make([]string, 0, len(base)+len(over))
	for _, variable := range base {
		name, _, _ := strings.Cut(variable, "=")
		if value, ok := over[name]; ok {
			variable = name + "=" + value
			delete(over, name)
		}
		env = append(env, variable)
	}
	added := len(env)
	for name, value := range over {
		env = append(env, name+"="+value)
	}
	slices.Sort(env[added:])
	return env
}
