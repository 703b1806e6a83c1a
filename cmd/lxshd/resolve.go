package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/config"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/runtimes/distro"
)

// The places inside an instance of what lxsh brings along.
const (
	guestHelper = "/run/lxsh-guest" // the program
	guestFolder = "/run/lxsh"       // the interop socket's folder
)

// resolve makes the configuration of a new instance of the store's distro and the
// user's config.toml, which is read anew each time.
func resolve(_ context.Context, r control.OpenRequest) (plugins.InstanceConfig, error) {
	settings, err := config.Load()
	if err != nil {
		return plugins.InstanceConfig{}, err
	}
	store, err := distro.Open()
	if err != nil {
		return plugins.InstanceConfig{}, err
	}
	c, err := store.Resolve(r.Distro)
	if err != nil {
		return c, err
	}
	c.Runtime, c.Engine = r.Runtime, settings.Engine
	c.Share = slices.Clone(settings.Share)
	if isShareable(r.Dir) && !isBelowAny(r.Dir, c.Share) {
		c.Share = append(c.Share, r.Dir)
	}
	if c.Hide, err = hidden(); err != nil {
		return c, err
	}
	c.Env = append(sharedHome(c.Share), passed(settings.Env, r.Env)...)
	c.Files, err = brought()
	return c, err
}

// isShareable reports whether the folder where a shell was started can appear
// inside at the same path: the root and the system's own folders would cover the
// distro's.
func isShareable(dir string) bool {
	if !filepath.IsAbs(dir) || filepath.Clean(dir) != dir {
		return false
	}
	first, _, _ := strings.Cut(dir[1:], "/")
	switch first {
	case "", "bin", "boot", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "usr", "var":
		return false
	}
	return dir != "/tmp"
}

func isBelowAny(dir string, list []string) bool {
	return slices.ContainsFunc(list, func(top string) bool {
		return dir == top || strings.HasPrefix(dir, strings.TrimSuffix(top, "/")+"/")
	})
}

// hidden lists lxsh's own folders: a program that could write them could widen
// its own policy, or be started as a plugin.
func hidden() ([]string, error) {
	list := paths.RuntimeFolders()
	for _, folder := range []func() (string, error){paths.Config, paths.Data, paths.Cache, paths.State} {
		dir, err := folder()
		if err != nil {
			return nil, err
		}
		list = append(list, dir)
	}
	for _, dir := range slices.Clone(list) {
		list = append(list, resolved(dir)) // a share may show it by its other name
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// resolved is dir without links on the way. What does not exist yet is where the
// folder above is.
func resolved(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil || dir == "/" {
		return real
	}
	return filepath.Join(resolved(filepath.Dir(dir)), filepath.Base(dir))
}

// sharedHome makes a home that the instance shares the home inside too, so that ~
// and cd mean one folder everywhere.
func sharedHome(share []string) []string {
	home, err := os.UserHomeDir()
	if err != nil || !isBelowAny(filepath.Clean(home), share) {
		return nil
	}
	return []string{"HOME=" + home}
}

// passed is the part of the session's environment that config names.
func passed(names, environ []string) []string {
	var list []string
	for _, entry := range environ {
		if name, _, ok := strings.Cut(entry, "="); ok && slices.Contains(names, name) {
			list = append(list, entry)
		}
	}
	return list
}

// brought are the host's files that appear inside: the helper, where it is
// installed, and the folder of the interop socket.
func brought() (map[string]string, error) {
	dir, err := paths.Runtime()
	if err != nil {
		return nil, err
	}
	files := map[string]string{guestFolder: filepath.Dir(paths.Socket(dir, paths.InteropSocket))}
	helper, err := paths.FindProgram("lxsh-guest")
	switch {
	case err == nil:
		files[guestHelper] = helper
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return files, nil
}
