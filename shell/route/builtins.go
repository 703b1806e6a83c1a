package route

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/eval"
)

// Builtins returns on, runtime and explain.
func (w *World) Builtins() []eval.Builtin {
	return []eval.Builtin{
		{Name: "on", Place: w.r.place, Run: w.r.on},
		{Name: "runtime", Run: w.r.runtime},
		{Name: "explain", Run: w.r.explain},
	}
}

// on runs one external command in another place: on NAME[:DISTRO] CMD [ARG…].
// The host does not serve what is not there.
func (r *router) on(sh *eval.Shell, args []string) int {
	w, words, err := r.place(sh, args)
	if err != nil {
		return sh.Fail(2, "on: %v", err)
	}
	back := sh.World()
	sh.SetWorld(w)
	defer sh.SetWorld(back)
	return sh.External(words)
}

// place reads the words of on.
func (r *router) place(sh *eval.Shell, args []string) (eval.World, []string, error) {
	if len(args) < 3 || strings.HasPrefix(args[1], "-") {
		return nil, nil, errors.New("usage: on NAME[:DISTRO]|host COMMAND [ARG…]")
	}
	w, err := r.named(args[1])
	if err != nil {
		return nil, nil, err
	}
	w.home, _ = sh.World().(*World)
	return w, args[2:], w.Check()
}

// runtime shows the session's place, or switches to another one.
func (r *router) runtime(sh *eval.Shell, args []string) int {
	ctx := context.Background()
	switch len(args) {
	case 1:
		name := sh.World().Name()
		if w, ok := sh.World().(*World); ok {
			p, err := w.get(ctx)
			if err != nil {
				return sh.Fail(1, "runtime: %v", err)
			}
			name = p.name
		}
		return sh.Output("runtime", []byte(name+"\n"))
	case 2:
	default:
		return sh.Fail(2, "runtime: usage: runtime [NAME[:DISTRO]]")
	}
	w, err := r.named(args[1])
	if err == nil {
		err = w.Check()
	}
	if err == nil {
		err = w.Enter(sh)
	}
	if err != nil {
		return sh.Fail(1, "runtime: %v", err)
	}
	return 0
}

// Enter makes the World the session's: it opens the place, lays the session's
// variables on its environment and looks for the working directory there. Where
// that does not exist the session goes on in the root folder, and says so.
func (w *World) Enter(sh *eval.Shell) error {
	p, err := w.get(context.Background())
	if err != nil {
		return err
	}
	var from map[string]string
	deferred := sh.Undefer()
	if old, ok := sh.World().(*World); ok && old.place != nil && !deferred {
		from = old.place.base
	}
	sh.SetWorld(w)
	w.r.swap(sh, from, p.base)
	if p.here() {
		_ = sh.Unset("LXSH_INSTANCE")
	} else {
		_ = sh.Set("LXSH_INSTANCE", p.name) // for prompts
	}
	pwd := sh.Pwd()
	if err := sh.Chdir(pwd, pwd); err != nil {
		if err2 := sh.Chdir("/", "/"); err2 != nil {
			return fmt.Errorf("%s: no working directory: %w", p.name, err2)
		}
		_ = sh.Set("PWD", "/")
		w.r.notice(fmt.Sprintf("lxsh: %s: no %s there: the working directory is now /", p.name, pwd))
	}
	return nil
}

// Deferred are the variables whose values [World.Settle] gives.
func (w *World) Deferred() []string {
	if w.runtime == localName || w.runtime == hostName {
		return nil
	}
	return w.r.deferred()
}

// Settle gives the session's variables the values that they have in its place.
func (w *World) Settle(sh *eval.Shell) error {
	p, err := w.get(context.Background())
	if err == nil && !p.here() {
		w.r.swap(sh, nil, p.base)
	}
	return err
}

// Prepare opens the session's place for a prompt, or for a single command.
func (w *World) Prepare(sh *eval.Shell) error {
	p, err := w.get(context.Background())
	if err != nil {
		return err
	}
	if p.here() {
		return nil
	}
	return w.Enter(sh)
}

// explain tells where commands would run.
func (r *router) explain(sh *eval.Shell, args []string) int {
	if len(args) < 2 {
		return sh.Fail(2, "explain: usage: explain COMMAND…")
	}
	status := 0
	for _, name := range args[1:] {
		text, err := r.describe(sh, name)
		if err != nil {
			text, status = err.Error(), 1
		}
		if st := sh.Output("explain", []byte(name+": "+text+"\n")); st != 0 {
			return st
		}
	}
	return status
}

// describe follows the order of a command's search (POSIX XCU 2.9.1.1), with the
// host at its end.
func (r *router) describe(sh *eval.Shell, name string) (string, error) {
	if !strings.Contains(name, "/") {
		if value, ok := sh.Alias(name); ok {
			return "alias for " + value, nil
		}
		b := sh.Builtin(name)
		switch {
		case b != nil && b.Special:
			return "special builtin of the shell", nil
		case sh.Function(name) != nil:
			return "function", nil
		case b != nil:
			return "builtin of the shell", nil
		}
	}
	w, ok := sh.World().(*World)
	if !ok {
		return "", fmt.Errorf("runs in %s", sh.World().Name())
	}
	return w.Explain(context.Background(), sh, name)
}

// Explain tells in one line where an external command would run.
func (w *World) Explain(ctx context.Context, sh *eval.Shell, name string) (string, error) {
	p, err := w.get(ctx)
	if err != nil {
		return "", err
	}
	path, _ := sh.Get("PATH")
	dir := sh.Dir()
	if p.name == hostName {
		return w.r.explainHost(ctx, name, path, dir, "")
	}
	found, err := w.LookPath(ctx, dir, path, name)
	if err == nil {
		return fmt.Sprintf("runs in %s as %s, working directory %s", p.name, found, dir.Path), nil
	}
	switch {
	case !errors.Is(err, plugins.ErrNotFound):
		return "", fmt.Errorf("runs nowhere: %s: %w", p.name, reason(err))
	case p.here() || strings.Contains(name, "/"):
		return "", fmt.Errorf("runs nowhere: not found in %s", p.name)
	case sh.Opt(eval.Nohost):
		return "", fmt.Errorf("runs nowhere: not found in %s, and set -o nohost forbids the host", p.name)
	}
	return w.r.explainHost(ctx, name, w.r.env["PATH"], dir, p.name)
}

func (r *router) explainHost(ctx context.Context, name, path string, dir plugins.Dir, instance string) (string, error) {
	host, err := r.connect(ctx)
	if err != nil {
		return "", fmt.Errorf("runs nowhere: the host cannot be asked: %w", err)
	}
	grant, err := host.Authorise(ctx, HostRequest{
		Name: name, Path: path, Dir: dir.Path, Instance: instance, Argv: []string{name}, Explain: true,
	})
	switch {
	case errors.Is(err, plugins.ErrNotFound) && instance != "":
		return "", fmt.Errorf("runs nowhere: not found in %s nor on the host", instance)
	case err != nil:
		return "", fmt.Errorf("runs nowhere: on the host: %w", reason(err))
	}
	why := ""
	if instance != "" {
		why = "not found in " + instance + "; "
	}
	text := fmt.Sprintf("runs on the host as %s, working directory %s (%srule: %s)", grant.Path(), dir.Path, why, grant.Rule())
	if err := sameDir(dir); err != nil {
		text += "; but " + err.Error()
	}
	return text, nil
}

// reason is an error of a start without the command's name, for messages that
// begin with it.
func reason(err error) error {
	var start *plugins.StartError
	if !errors.As(err, &start) {
		return err
	}
	if start.Path == "" {
		return start.Err
	}
	return fmt.Errorf("%s: %w", start.Path, start.Err)
}
