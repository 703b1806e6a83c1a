// Package local is the runtime that is compiled into the shell: commands run on
// this kernel, with this process's own view of files, as its children. It needs
// no plugin and no daemon.
package local

import (
	"context"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/spawn"
)

// Name is the runtime's name.
const Name = "local"

// Runtime is the local runtime. It has one instance.
type Runtime struct{}

// Instance is this machine as this process sees it. Its processes are children
// of this process ([plugins.Child]).
type Instance struct{ FileSystem }

var (
	_ plugins.Runtime    = Runtime{}
	_ plugins.Instance   = Instance{}
	_ plugins.FileSystem = Instance{}
	_ plugins.LookPath   = Instance{}
	_ plugins.Environ    = Instance{}
)

// Info describes the runtime, which lacks nothing anywhere.
func (Runtime) Info(context.Context) (plugins.Info, error) {
	return plugins.Info{
		Name:      Name,
		Summary:   "runs commands here, where the shell itself runs",
		Abilities: []string{plugins.AbilityFileSystem, plugins.AbilityEnviron, plugins.AbilityLookPath},
	}, nil
}

// Open returns the instance. The config does not matter.
func (Runtime) Open(context.Context, plugins.InstanceConfig) (plugins.Instance, error) {
	return Instance{}, nil
}

// Start starts cmd as a child of this process.
func (Instance) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pid, err := spawn.Start(cmd, nil)
	if err != nil {
		return nil, err
	}
	return spawn.NewProcess(pid), nil
}

// Close does nothing: the machine goes on, and the jobs belong to the shell.
func (Instance) Close(context.Context) error { return nil }

// Environ is the environment of this process.
func (Instance) Environ(context.Context) ([]string, error) { return os.Environ(), nil }

// LookPath finds name as Start would, by asking for permission instead of
// executing. The errors are those of Start.
func (fs FileSystem) LookPath(ctx context.Context, dir plugins.Dir, path, name string) (string, error) {
	missing := &plugins.StartError{Name: name, Err: plugins.ErrNotFound}
	search := !strings.Contains(name, "/")
	for _, candidate := range spawn.Candidates(path, name) {
		st, err := fs.Stat(ctx, dir, candidate, true)
		if err != nil || search && st.Mode&unix.S_IFMT != unix.S_IFREG {
			continue
		}
		if st.Mode&unix.S_IFMT == unix.S_IFREG && fs.Access(ctx, dir, candidate, unix.X_OK) == nil {
			return candidate, nil
		}
		if missing.Path == "" {
			missing.Path, missing.Err = candidate, plugins.ErrNotExecutable
		}
	}
	return "", missing
}
