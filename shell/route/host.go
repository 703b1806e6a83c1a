package route

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
)

// Host is the interop server, which decides what may run on the host and logs
// it.
type Host interface {
	// Authorise asks for a program. The errors are those of a Start: plugins.
	// ErrNotFound when the host has none of that name; a refusal is another.
	Authorise(ctx context.Context, req HostRequest) (HostGrant, error)
}

// A HostRequest is what the user asks the host for.
type HostRequest struct {
	Name     string // the command word
	Path     string // search path
	Dir      string // working directory on the host
	Instance string // the session's; empty: none
	Argv     []string
	Explain  bool // only tell what would be answered; nothing is logged

	// Confirm asks the user, where a rule wants that; nil: nobody is there.
	Confirm func(path, rule string) bool
}

// A HostGrant allows a program. What became of it is told for the log.
type HostGrant interface {
	Path() string // what to execute
	Rule() string // which rule allows it
	Started(pid int)
	Ended(plugins.Status)
}

// connect reaches the interop server, once.
func (r *router) connect(ctx context.Context) (Host, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.asked {
		r.host, r.hostE = r.Places.Host(ctx)
		r.asked = true
	}
	return r.host, r.hostE
}

// startOnHost starts a program of the host as a child of this process. instance
// is the place that does not have it, or empty; from the environment in which the
// session lives.
func (r *router) startOnHost(ctx context.Context, cmd *plugins.Command, instance string, from map[string]string) (plugins.Process, error) {
	fail := func(err error) (plugins.Process, error) {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	host, err := r.connect(ctx)
	if err != nil {
		return fail(fmt.Errorf("the host cannot be asked: %w", err))
	}
	if err := sameDir(cmd.Dir); err != nil {
		return fail(err)
	}
	there := *cmd
	there.Env, there.Path = r.carry(from, nil, cmd)
	grant, err := host.Authorise(ctx, HostRequest{
		Name: cmd.Name, Path: there.Path, Dir: cmd.Dir.Path, Instance: instance, Argv: cmd.Argv,
		Confirm: r.confirm(),
	})
	if err != nil {
		return nil, err
	}
	there.Name, there.Dir = grant.Path(), plugins.Dir{Path: cmd.Dir.Path}
	proc, err := local.Instance{}.Start(ctx, &there)
	if err != nil {
		grant.Ended(plugins.Status{State: plugins.Exited, Code: 126})
		return nil, err
	}
	c, ok := proc.(plugins.Child)
	if !ok {
		return nil, errors.New("a program of the host is no child of this process")
	}
	grant.Started(c.Pid())
	return &launched{child: c, grant: grant}, nil
}

// confirm is how the user is asked whether a program may run on the host.
func (r *router) confirm() func(path, rule string) bool {
	if !r.Interactive {
		return nil
	}
	return func(path, rule string) bool {
		tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		if err != nil {
			return false
		}
		defer tty.Close()
		fmt.Fprintf(tty, "lxsh: run %s on the host (rule: %s)? [y/N] ", path, rule)
		var answer string
		_, _ = fmt.Fscanln(tty, &answer)
		return answer == "y" || answer == "yes"
	}
}

// sameDir makes sure that the working directory's path leads to the same
// directory on the host: a folder of the same name elsewhere is not what the user
// means.
func sameDir(dir plugins.Dir) error {
	var there unix.Stat_t
	if err := unix.Stat(dir.Path, &there); err != nil {
		return fmt.Errorf("working directory %s on the host: %w (cd to a shared folder)", dir.Path, err)
	}
	if dir.File == nil || dir.File.Fd() < 0 {
		return nil
	}
	var here unix.Stat_t
	if err := unix.Fstat(dir.File.Fd(), &here); err != nil {
		return err
	}
	if here.Dev != there.Dev || here.Ino != there.Ino {
		return fmt.Errorf("working directory %s: another one on the host (cd to a shared folder)", dir.Path)
	}
	return nil
}

// child is embedded under this name: a field Child would hide the method.
type child = plugins.Child

var _ plugins.Child = (*launched)(nil)

// A launched program's end is told to the log.
type launched struct {
	child
	grant HostGrant
	told  bool
}

func (l *launched) Wait(ctx context.Context) (plugins.Status, error) {
	s, err := l.child.Wait(ctx)
	if err == nil && s.Ended() && !l.told {
		l.told = true
		l.grant.Ended(s)
	}
	return s, err
}
