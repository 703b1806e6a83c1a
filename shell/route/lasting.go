package route

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/lxsh/lxsh/plugins"
)

// A lasting instance outlives the plugin that runs it: where that is gone, the
// instance is opened anew and asked again, once. A command is only when it never
// ran.
type lasting struct {
	name   string
	open   func(context.Context) (plugins.Instance, error)
	notice func(string)

	mu   sync.Mutex
	inst plugins.Instance
	fs   plugins.FileSystem
}

var (
	_ plugins.Instance   = (*lasting)(nil)
	_ plugins.FileSystem = (*lasting)(nil)
	_ plugins.LookPath   = (*lasting)(nil)
)

// newLasting opens the instance for the first time.
func newLasting(ctx context.Context, name string, open func(context.Context) (plugins.Instance, error), notice func(string)) (*lasting, error) {
	l := &lasting{name: name, open: open, notice: notice}
	return l, l.enter(ctx)
}

func (l *lasting) enter(ctx context.Context) error {
	inst, err := l.open(ctx)
	if err != nil {
		return err
	}
	fs, ok := plugins.As[plugins.FileSystem](inst)
	if !ok {
		return fmt.Errorf("%s: the runtime serves no files", l.name)
	}
	l.inst, l.fs = inst, fs
	return nil
}

func (l *lasting) now() (plugins.Instance, plugins.FileSystem) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inst, l.fs
}

// renew opens the instance anew, unless somebody else did so since it was old.
func (l *lasting) renew(ctx context.Context, old plugins.Instance) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inst != old {
		return nil
	}
	if err := l.enter(ctx); err != nil {
		return err
	}
	l.notice(fmt.Sprintf("lxsh: %s ended and was started again", l.name))
	return nil
}

// A folder is a directory of the instance that l was when it was opened.
type folder struct {
	plugins.File
	of plugins.Instance
}

// in is dir as inst knows it: a descriptor of an instance that has ended leads
// into a file system that is no longer mounted.
func in(inst plugins.Instance, dir plugins.Dir) plugins.Dir {
	if f, ok := dir.File.(*folder); ok && f.of != inst {
		dir.File = nil
	}
	return dir
}

// ask does something with the instance, and once more with a new one.
func ask[T any](ctx context.Context, l *lasting, dir plugins.Dir, do func(plugins.Instance, plugins.FileSystem, plugins.Dir) (T, error)) (T, error) {
	inst, fs := l.now()
	v, err := do(inst, fs, in(inst, dir))
	if !errors.Is(err, plugins.ErrEnded) {
		return v, err
	}
	if err := l.renew(ctx, inst); err != nil {
		return v, err
	}
	inst, fs = l.now()
	return do(inst, fs, in(inst, dir))
}

// Start starts a command. An answer that was lost is not plugins.ErrEnded, and
// the command may have run: it is not started again.
func (l *lasting) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	return ask(ctx, l, cmd.Dir, func(inst plugins.Instance, _ plugins.FileSystem, dir plugins.Dir) (plugins.Process, error) {
		there := *cmd
		there.Dir = dir
		return inst.Start(ctx, &there)
	})
}

// Close is not the shell's to call: the instance is everybody's.
func (l *lasting) Close(ctx context.Context) error {
	inst, _ := l.now()
	return inst.Close(ctx)
}

// Open implements plugins.FileSystem.
func (l *lasting) Open(ctx context.Context, dir plugins.Dir, name string, flags int, perm uint32) (plugins.File, error) {
	return ask(ctx, l, dir, func(_ plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) (plugins.File, error) {
		return fs.Open(ctx, dir, name, flags, perm)
	})
}

// OpenDir implements plugins.FileSystem.
func (l *lasting) OpenDir(ctx context.Context, dir plugins.Dir, name string) (plugins.File, error) {
	return ask(ctx, l, dir, func(inst plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) (plugins.File, error) {
		f, err := fs.OpenDir(ctx, dir, name)
		if err != nil {
			return nil, err
		}
		return &folder{f, inst}, nil
	})
}

// Stat implements plugins.FileSystem.
func (l *lasting) Stat(ctx context.Context, dir plugins.Dir, name string, follow bool) (plugins.FileStat, error) {
	return ask(ctx, l, dir, func(_ plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) (plugins.FileStat, error) {
		return fs.Stat(ctx, dir, name, follow)
	})
}

// ReadDir implements plugins.FileSystem.
func (l *lasting) ReadDir(ctx context.Context, dir plugins.Dir, name string) ([]plugins.DirEntry, error) {
	return ask(ctx, l, dir, func(_ plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) ([]plugins.DirEntry, error) {
		return fs.ReadDir(ctx, dir, name)
	})
}

// Readlink implements plugins.FileSystem.
func (l *lasting) Readlink(ctx context.Context, dir plugins.Dir, name string) (string, error) {
	return ask(ctx, l, dir, func(_ plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) (string, error) {
		return fs.Readlink(ctx, dir, name)
	})
}

// Access implements plugins.FileSystem.
func (l *lasting) Access(ctx context.Context, dir plugins.Dir, name string, mode uint32) error {
	_, err := ask(ctx, l, dir, func(_ plugins.Instance, fs plugins.FileSystem, dir plugins.Dir) (struct{}, error) {
		return struct{}{}, fs.Access(ctx, dir, name, mode)
	})
	return err
}

// LookPath implements plugins.LookPath.
func (l *lasting) LookPath(ctx context.Context, dir plugins.Dir, path, name string) (string, error) {
	return ask(ctx, l, dir, func(inst plugins.Instance, _ plugins.FileSystem, dir plugins.Dir) (string, error) {
		look, ok := plugins.As[plugins.LookPath](inst)
		if !ok {
			return "", fmt.Errorf("%s cannot tell where it finds commands", l.name)
		}
		return look.LookPath(ctx, dir, path, name)
	})
}
