package builtin

import (
	"errors"
	"path"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/eval"
)

// cd is POSIX's, with -e of bash and of the next POSIX: status 1 when -P cannot
// tell where it went.
func cd(sh *eval.Shell, args []string) int {
	physical, check := false, false
	o := parseOptions(sh, args, "LPe@")
	for o.next() {
		switch o.letter {
		case 'L':
			physical = false
		case 'P':
			physical = true
		case 'e':
			check = true
		}
	}
	if o.failed {
		return 2
	}
	target, show := "", false
	switch len(o.rest) {
	case 0:
		home, _ := sh.Get("HOME")
		if home == "" {
			return sh.Fail(1, "cd: HOME is not set")
		}
		target = home
	case 1:
		target = o.rest[0]
		if target == "-" {
			if target, _ = sh.Get("OLDPWD"); target == "" {
				return sh.Fail(1, "cd: OLDPWD is not set")
			}
			show = true
		}
	default:
		return tooMany(sh, args)
	}
	if target == "" {
		if sh.Opt(eval.Posix) {
			return sh.Fail(1, "cd: '': %v", syscall.ENOENT)
		}
		target = "."
	}
	found, err := changeAlongPath(sh, target, physical)
	if err != nil && !(errors.Is(err, errNowhere) && !check) {
		return sh.Fail(1, "cd: %s: %v", target, why(err))
	}
	if show || found {
		return sh.Output("cd", []byte(sh.Pwd()+"\n"))
	}
	return 0
}

// errNowhere says that the new directory has no path that could be found out.
var errNowhere = errors.New("the directory's path cannot be determined")

// changeAlongPath changes to target, which is searched in CDPATH. found is true
// when a folder that CDPATH names led there.
func changeAlongPath(sh *eval.Shell, target string, physical bool) (found bool, err error) {
	first, _, _ := strings.Cut(target, "/")
	if cdpath, _ := sh.Get("CDPATH"); cdpath != "" && first != "" && first != "." && first != ".." {
		for _, dir := range strings.Split(cdpath, ":") {
			place := target
			if dir != "" {
				place = strings.TrimSuffix(dir, "/") + "/" + target
			}
			if isDir(sh, place) {
				return dir != "", change(sh, place, physical)
			}
		}
	}
	return false, change(sh, target, physical)
}

func isDir(sh *eval.Shell, name string) bool {
	st, err := sh.FileSystem().Stat(sh.Context(), sh.Dir(), name, true)
	return err == nil && st.Mode&syscall.S_IFMT == syscall.S_IFDIR
}

// change makes target the working directory and sets PWD and OLDPWD.
func change(sh *eval.Shell, target string, physical bool) error {
	old := sh.Pwd()
	name, pwd := target, ""
	var lost error
	if physical {
		if pwd, lost = realPath(sh, target); lost != nil {
			lost = errNowhere
			pwd = target
		}
	} else {
		// Dots are resolved in the path as it is spelled (POSIX XCU cd, 8).
		pwd = target
		if !path.IsAbs(pwd) {
			pwd = strings.TrimSuffix(old, "/") + "/" + pwd
		}
		if err := checkDots(sh, pwd); err != nil {
			return err
		}
		pwd = cleanPath(pwd)
		name = pwd
		if len(name) >= 4096 && !path.IsAbs(target) { // PATH_MAX: only a relative path may still do
			name = target
		}
	}
	if err := sh.Chdir(name, pwd); err != nil {
		return err
	}
	if err := sh.Set("OLDPWD", old); err != nil {
		return err
	}
	if err := sh.Set("PWD", pwd); err != nil {
		return err
	}
	return lost
}

// cleanPath removes dots from an absolute path. Two slashes at the start stay,
// as POSIX XBD 4.13 lets them mean something.
func cleanPath(p string) string {
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "/" + path.Clean(p)
	}
	return path.Clean(p)
}

// checkDots makes sure that what stands before a .. is a directory.
func checkDots(sh *eval.Shell, p string) error {
	for i := 0; ; {
		k := strings.Index(p[i:], "/..")
		if k < 0 {
			return nil
		}
		i += k
		if rest := p[i+3:]; (rest == "" || rest[0] == '/') && i > 0 {
			before := path.Clean(p[:i])
			st, err := sh.FileSystem().Stat(sh.Context(), plugins.Dir{}, before, true)
			if err != nil {
				return err
			}
			if st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
				return syscall.ENOTDIR
			}
		}
		i += 3
	}
}

// realPath returns the absolute path of name without symbolic links.
func realPath(sh *eval.Shell, name string) (string, error) {
	const mostLinks = 40 // as Linux: path_resolution(7)
	if !path.IsAbs(name) {
		name = strings.TrimSuffix(sh.Pwd(), "/") + "/" + name
	}
	files, ctx := sh.FileSystem(), sh.Context()
	done, rest, links := "/", strings.TrimLeft(name, "/"), 0
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		switch part {
		case "", ".":
			continue
		case "..":
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, part)
		st, err := files.Stat(ctx, plugins.Dir{}, next, false)
		if err != nil {
			return "", err
		}
		if st.Mode&syscall.S_IFMT != syscall.S_IFLNK {
			done = next
			continue
		}
		if links++; links > mostLinks {
			return "", syscall.ELOOP
		}
		link, err := files.Readlink(ctx, plugins.Dir{}, next)
		if err != nil {
			return "", err
		}
		if path.IsAbs(link) {
			done = "/"
		}
		rest = strings.TrimLeft(link, "/") + "/" + rest
	}
	return done, nil
}
