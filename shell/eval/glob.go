package eval

import (
	"sort"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/match"
)

// glob returns the pathnames that match a pattern, sorted, or nil when there are
// none (POSIX XCU 2.13.3). With nullglob, none is an empty list.
func (sh *Shell) glob(p string) []string {
	extglob := !sh.Opt(Posix)
	if !match.HasMeta(p, extglob) {
		return nil
	}
	g := globber{sh: sh, extglob: extglob}
	g.walk("", p)
	switch {
	case len(g.found) > 0:
		sort.Strings(g.found)
		return g.found
	case sh.Opt(Nullglob):
		return []string{}
	case sh.Opt(Failglob) && sh.flow == flowNone:
		sh.Errorf("no match: %s", match.Unquote(p))
		sh.fatal(1)
	}
	return nil
}

type globber struct {
	sh      *Shell
	extglob bool
	found   []string
}

// walk matches what is left of the pattern below the directory prefix, which is
// spelled as the results begin.
func (g *globber) walk(prefix, p string) {
	slashes := 0
	for slashes < len(p) && p[slashes] == '/' {
		slashes++
	}
	prefix += p[:slashes]
	p = p[slashes:]
	if p == "" {
		if g.isDir(prefix) {
			g.found = append(g.found, prefix)
		}
		return
	}
	part, rest := cutComponent(p)
	if !match.HasMeta(part, g.extglob) {
		name := prefix + match.Unquote(part)
		if rest != "" {
			g.walk(name, rest)
		} else if g.exists(name) {
			g.found = append(g.found, name)
		}
		return
	}
	if part == "**" && g.sh.Opt(Globstar) {
		g.deep(prefix, rest)
		return
	}
	dir := prefix
	if dir == "" {
		dir = "."
	}
	entries, err := g.sh.FileSystem().ReadDir(g.sh.ctx(), g.sh.dir, dir)
	if err != nil {
		return
	}
	m := match.Compile(part, match.Options{Extglob: g.extglob, NoCase: g.sh.Opt(Nocaseglob), Period: !g.sh.Opt(Dotglob)})
	for _, e := range append(entries, dots(part)...) {
		if !m.Match(e.Name) {
			continue
		}
		if rest == "" {
			g.found = append(g.found, prefix+e.Name)
		} else if e.Type == 0 || e.Type == syscall.S_IFDIR || e.Type == syscall.S_IFLNK {
			g.walk(prefix+e.Name, rest)
		}
	}
}

// deep is ** of globstar: this directory and all below it.
func (g *globber) deep(prefix, rest string) {
	if rest == "" {
		if prefix != "" {
			g.found = append(g.found, prefix)
		}
	} else {
		g.walk(prefix, strings.TrimLeft(rest, "/"))
	}
	dir := prefix
	if dir == "" {
		dir = "."
	}
	entries, err := g.sh.FileSystem().ReadDir(g.sh.ctx(), g.sh.dir, dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name, ".") && !g.sh.Opt(Dotglob) {
			continue
		}
		if e.Type == syscall.S_IFDIR {
			g.deep(prefix+e.Name+"/", rest)
		} else if rest == "" {
			g.found = append(g.found, prefix+e.Name)
		}
	}
}

// dots are the entries that ReadDir leaves out, for a pattern that asks for a
// leading period.
func dots(part string) []plugins.DirEntry {
	if part[0] != '.' && !strings.HasPrefix(part, "\\.") {
		return nil
	}
	return []plugins.DirEntry{{Name: ".", Type: syscall.S_IFDIR}, {Name: "..", Type: syscall.S_IFDIR}}
}

func (g *globber) exists(name string) bool {
	_, err := g.sh.FileSystem().Stat(g.sh.ctx(), g.sh.dir, name, false)
	return err == nil
}

func (g *globber) isDir(name string) bool {
	st, err := g.sh.FileSystem().Stat(g.sh.ctx(), g.sh.dir, name, true)
	return err == nil && st.Mode&syscall.S_IFMT == syscall.S_IFDIR
}

// cutComponent cuts a pattern before its first slash. A slash inside a bracket
// expression ends the component as well: there it cannot be matched.
func cutComponent(p string) (part, rest string) {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			if i+1 < len(p) && p[i+1] == '/' {
				return p[:i], p[i+1:]
			}
			i++
		case '/':
			return p[:i], p[i:]
		}
	}
	return p, ""
}
