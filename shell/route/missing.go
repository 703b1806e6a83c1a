package route

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
)

// A missing command was searched in the named places.
type missing struct {
	places []string
	near   []string // names that the user may have meant
}

func (m *missing) Error() string {
	s := "not found in " + strings.Join(m.places, " nor on the ")
	if m.places[0] == localName {
		s = plugins.ErrNotFound.Error()
	}
	if len(m.near) > 0 {
		s += " (did you mean " + strings.Join(m.near, " or ") + "?)"
	}
	return s
}

func (m *missing) Unwrap() error { return plugins.ErrNotFound }

// notFound is the error for a command that p does not have, and that the host
// does not have either when it was asked.
func (r *router) notFound(ctx context.Context, p *place, cmd *plugins.Command, host error) error {
	m := &missing{places: []string{p.name}}
	if host != nil {
		m.places = append(m.places, hostName)
	}
	if r.Interactive && !strings.Contains(cmd.Name, "/") {
		m.near = near(cmd.Name, p.commands(ctx, cmd.Path))
		if host != nil {
			m.near = append(m.near, near(cmd.Name, (&place{fs: local.FileSystem{}}).commands(ctx, r.env["PATH"]))...)
			slices.Sort(m.near)
			m.near = slices.Compact(m.near)
		}
		m.near = m.near[:min(len(m.near), 3)]
	}
	return &plugins.StartError{Name: cmd.Name, Err: m}
}

// commands lists the names along a search path. Folders that cannot be read have
// none.
func (p *place) commands(ctx context.Context, path string) []string {
	var names []string
	for _, dir := range filepath.SplitList(path) {
		entries, err := p.fs.ReadDir(ctx, plugins.Dir{Path: "/"}, dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			names = append(names, e.Name)
		}
	}
	return names
}

// near returns the names that one slip of the finger makes out of name: a letter
// too many, too few, another, or two swapped.
func near(name string, names []string) []string {
	if len(name) < 2 {
		return nil
	}
	var found []string
	for _, n := range names {
		if n != name && oneSlip(name, n) {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) {
		return true
	}
	return a[i+1:] == b[i+1:] ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
