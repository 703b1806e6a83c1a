package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// Open implements plugins.FileSystem.
func (c *Client) Open(ctx context.Context, dir plugins.Dir, name string, flags int, perm uint32) (plugins.File, error) {
	f, err := c.request(ctx, opOpen, dir, func(e *encoder) { e.String(name).Int(int64(flags)).Uint(uint64(perm)) })
	return opened(f, name, err)
}

// OpenDir implements plugins.FileSystem.
func (c *Client) OpenDir(ctx context.Context, dir plugins.Dir, name string) (plugins.File, error) {
	f, err := c.request(ctx, opOpenDir, dir, func(e *encoder) { e.String(name) })
	return opened(f, name, err)
}

// Stat implements plugins.FileSystem.
func (c *Client) Stat(ctx context.Context, dir plugins.Dir, name string, follow bool) (plugins.FileStat, error) {
	f, err := c.request(ctx, opStat, dir, func(e *encoder) { e.String(name).Bool(follow) })
	if err != nil {
		return plugins.FileStat{}, pathError("stat", name, err)
	}
	d := wire.NewDecoder(f.Body)
	st := decodeStat(d)
	return st, d.End()
}

// ReadDir implements plugins.FileSystem.
func (c *Client) ReadDir(ctx context.Context, dir plugins.Dir, name string) ([]plugins.DirEntry, error) {
	f, err := c.request(ctx, opReadDir, dir, func(e *encoder) { e.String(name) })
	if err != nil {
		return nil, pathError("readdir", name, err)
	}
	d := wire.NewDecoder(f.Body)
	list := make([]plugins.DirEntry, 0, d.Count())
	for range cap(list) {
		list = append(list, plugins.DirEntry{Name: d.String(), Type: uint32(d.Uint())})
	}
	return list, d.End()
}

// Readlink implements plugins.FileSystem.
func (c *Client) Readlink(ctx context.Context, dir plugins.Dir, name string) (string, error) {
	f, err := c.request(ctx, opReadlink, dir, func(e *encoder) { e.String(name) })
	if err != nil {
		return "", pathError("readlink", name, err)
	}
	d := wire.NewDecoder(f.Body)
	s := d.String()
	return s, d.End()
}

// Access implements plugins.FileSystem.
func (c *Client) Access(ctx context.Context, dir plugins.Dir, name string, mode uint32) error {
	_, err := c.request(ctx, opAccess, dir, func(e *encoder) { e.String(name).Uint(uint64(mode)) })
	return pathError("access", name, err)
}

// LookPath implements plugins.LookPath.
func (c *Client) LookPath(ctx context.Context, dir plugins.Dir, path, name string) (string, error) {
	f, err := c.request(ctx, opLookPath, dir, func(e *encoder) { e.String(path).String(name) })
	if err != nil {
		return "", err
	}
	d := wire.NewDecoder(f.Body)
	s := d.String()
	return s, d.End()
}

func (c *Client) request(ctx context.Context, op uint8, dir plugins.Dir, rest func(*encoder)) (*wire.Frame, error) {
	e := newEncoder()
	if err := e.dir(dir); err != nil {
		return nil, err
	}
	rest(e)
	return c.Call(ctx, op, e.Encoder, e.files...)
}

func opened(f *wire.Frame, name string, err error) (plugins.File, error) {
	if err != nil {
		return nil, pathError("open", name, err)
	}
	fd := f.Take(0)
	f.Close()
	if fd < 0 {
		return nil, pathError("open", name, wire.ErrMalformed)
	}
	return newFile(fd), nil
}

// pathError keeps the contract's promise where the connection itself failed: the
// error of a file is a *fs.PathError around a syscall.Errno.
func pathError(op, name string, err error) error {
	var path *fs.PathError
	if err == nil || errors.As(err, &path) {
		return err
	}
	if errors.Is(err, wire.ErrLost) {
		err = fmt.Errorf("%w: %w", plugins.ErrEnded, syscall.ENOTCONN)
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
