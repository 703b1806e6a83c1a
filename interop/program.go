package interop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// A Program is one program of the host under its three names. Rules look at the
// last two, so that neither a link in a folder of the caller's nor a second name
// of a multi-call binary (busybox) makes a rule match what it does not name.
type Program struct {
	Found string // as the search found it, absolute
	Entry string // the same with the links of its folder resolved
	Real  string // with all links resolved
}

// Locate searches name on the host: in the folders of path, or from dir when it
// has a slash. An empty element of path means dir (POSIX XBD 8.3). The error is a
// [*plugins.StartError] around [plugins.ErrNotFound] or [plugins.ErrNotExecutable].
func Locate(name, path, dir string) (Program, error) {
	if strings.Contains(name, "/") {
		return locateAt(name, absolute(dir, name))
	}
	refused := ""
	for _, folder := range strings.Split(path, ":") {
		if name == "" {
			break
		}
		candidate := absolute(dir, folder) + "/" + name
		if _, err := os.Stat(candidate); err != nil {
			continue // nothing there, or a folder that may not be searched
		}
		program, err := locateAt(name, candidate)
		if err == nil {
			return program, nil
		}
		// The search goes on behind a file that may not be executed, and
		// remembers it: POSIX XCU 2.9.1.4, 126 against 127.
		if refused == "" {
			refused = candidate
		}
	}
	if refused != "" {
		return Program{}, &plugins.StartError{Name: name, Path: refused, Err: plugins.ErrNotExecutable}
	}
	return Program{}, &plugins.StartError{Name: name, Err: plugins.ErrNotFound}
}

func locateAt(name, found string) (Program, error) {
	info, err := os.Stat(found)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return Program{}, &plugins.StartError{Name: name, Path: found, Err: plugins.ErrNotExecutable}
		}
		return Program{}, &plugins.StartError{Name: name, Err: plugins.ErrNotFound}
	}
	const executable = 1 // X_OK
	if !info.Mode().IsRegular() || syscall.Access(found, executable) != nil {
		return Program{}, &plugins.StartError{Name: name, Path: found, Err: plugins.ErrNotExecutable}
	}
	folder, base := filepath.Split(found)
	entry, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return Program{}, &plugins.StartError{Name: name, Path: found, Err: err}
	}
	entry = filepath.Join(entry, base)
	real := entry
	if link, err := os.Lstat(entry); err != nil || link.Mode()&fs.ModeSymlink != 0 {
		if real, err = filepath.EvalSymlinks(entry); err != nil {
			return Program{}, &plugins.StartError{Name: name, Path: found, Err: err}
		}
	}
	return Program{Found: found, Entry: entry, Real: real}, nil
}

// absolute takes name from dir without tidying it: "a/../b" is not "b" where a is
// a link.
func absolute(dir, name string) string {
	switch {
	case strings.HasPrefix(name, "/"):
		return name
	case name == "":
		return dir
	}
	return strings.TrimSuffix(dir, "/") + "/" + name
}

// matchProgram tells whether a rule names the program, and by which of its paths.
func (p *Policy) matchProgram(rule *Rule, program Program) (string, bool) {
	pattern := rule.Program
	switch {
	case pattern == "":
		return program.Entry, true
	case strings.Contains(pattern, "/"):
		pattern = resolvePrefix(pattern)
		for _, path := range []string{program.Entry, program.Real} {
			if Match(pattern, path, '/') {
				return path, true
			}
		}
	case rule.Action == Deny:
		for _, path := range []string{program.Entry, program.Real} {
			if Match(pattern, filepath.Base(path), '/') {
				return path, true
			}
		}
	default:
		own, err := Locate(pattern, p.Path, "/")
		return program.Entry, err == nil && own.Entry == program.Entry
	}
	return "", false
}

// resolvePrefix resolves the links in the folders before a pattern's first
// special character: /bin/ls and /usr/bin/ls are one file where /bin is a link.
func resolvePrefix(pattern string) string {
	literal := pattern
	if i := strings.IndexAny(pattern, `*?\`); i >= 0 {
		literal = pattern[:i]
	}
	folder := literal[:strings.LastIndexByte(literal, '/')+1]
	real, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return pattern // a folder that does not exist holds no program
	}
	return strings.TrimSuffix(escape(real), "/") + "/" + pattern[len(folder):]
}

// escape makes a pattern that matches s alone.
func escape(s string) string {
	return strings.NewReplacer(`*`, `\*`, `?`, `\?`, `\`, `\\`).Replace(s)
}
