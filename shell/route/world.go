package route

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/eval"
)

// Places opens what is not right here. Its methods may be called from several
// goroutines.
type Places interface {
	// Default names the runtime and distro of a session for which nothing was
	// asked: what is given is kept, the rest filled in. With no distro
	// installed the runtime is local. Whether there are such is left to Open.
	Default(runtime, distro string) (string, string, error)
	// Check reports whether there are a runtime and a distro of these names,
	// either of which may be empty. The error lists the known ones. It starts
	// nothing.
	Check(runtime, distro string) error
	// Open opens a session with an instance. Whoever has it never closes it:
	// it ends with this process.
	Open(ctx context.Context, runtime, distro string) (plugins.Instance, error)
	// Host connects to the interop server. It is called once.
	Host(ctx context.Context) (Host, error)
}

// Config is what the routes of a shell are made of.
type Config struct {
	Places      Places
	Env         []string // the environment of this process, as the host's
	Runtime     string   // what the session asks for; empty: the default
	Distro      string
	Local       bool // the default is local whatever is installed
	Interactive bool
}

// The names of the two places that no plugin serves.
const (
	localName = local.Name
	hostName  = "host"
)

// router is what all Worlds of a shell share.
type router struct {
	Config
	env map[string]string // the host's environment as lxsh found it

	mu     sync.Mutex
	open   map[string]*place // by name
	host   Host
	hostE  error
	asked  bool            // host and hostE are valid
	told   map[string]bool // names whose fallback was shown
	notice func(string)
}

// A World is a place, or the session's default before it is known which. It
// implements eval.World.
type World struct {
	r               *router
	runtime, distro string
	// home is the session's World, for one that on asks for; nil: this is the
	// session's, for which the host may serve what is not found.
	home *World

	once  sync.Once
	place *place
	err   error
}

var (
	_ eval.Fallback  = (*World)(nil)
	_ eval.Explainer = (*World)(nil)
)

// A place is an opened World.
type place struct {
	name string // "local", "host" or runtime:distro
	inst plugins.Instance
	fs   plugins.FileSystem
	base map[string]string // the instance's base environment; nil: the process's own
}

// New returns the World of a session.
func New(c Config) (*World, error) {
	r := &router{Config: c, env: map[string]string{}, open: map[string]*place{}, told: map[string]bool{}}
	for _, kv := range c.Env {
		if name, value, ok := strings.Cut(kv, "="); ok {
			r.env[name] = value
		}
	}
	r.notice = func(s string) { fmt.Fprintln(os.Stderr, s) }
	if c.Local && c.Runtime == "" && c.Distro == "" {
		c.Runtime = localName
	}
	return r.world(c.Runtime, c.Distro), nil
}

func (r *router) world(runtime, distro string) *World {
	return &World{r: r, runtime: runtime, distro: distro}
}

// Named returns the World that Name names: NAME, NAME:DISTRO or host.
func (w *World) Named(name string) (*World, error) { return w.r.named(name) }

func (r *router) named(name string) (*World, error) {
	runtime, distro, colon := strings.Cut(name, ":")
	if runtime == "" || colon && distro == "" {
		return nil, fmt.Errorf("%q is no place (give NAME, NAME:DISTRO or host)", name)
	}
	if (runtime == hostName || runtime == localName) && colon {
		return nil, fmt.Errorf("%s has no distros", runtime)
	}
	return r.world(runtime, distro), nil
}

// Name is the World's name for [World.Open]. It opens nothing.
func (w *World) Name() string {
	switch {
	case w.place != nil:
		return w.place.name
	case w.distro != "":
		return w.runtime + ":" + w.distro
	}
	return w.runtime
}

// Check reports whether what the World was asked to be exists. It opens nothing.
func (w *World) Check() error {
	switch w.runtime {
	case localName, hostName:
		return nil
	case "":
		if w.distro == "" {
			return nil
		}
	}
	return w.r.Places.Check(w.runtime, w.distro)
}

// get opens the place, once.
func (w *World) get(ctx context.Context) (*place, error) {
	w.once.Do(func() { w.place, w.err = w.find(ctx) })
	return w.place, w.err
}

func (w *World) find(ctx context.Context) (*place, error) {
	here := local.Instance{}
	if w.runtime == localName || w.runtime == hostName {
		return &place{name: w.runtime, inst: here, fs: here.FileSystem}, nil
	}
	runtime, distro, err := w.r.Places.Default(w.runtime, w.distro)
	if err != nil {
		return nil, err
	}
	if runtime == localName {
		return &place{name: localName, inst: here, fs: here.FileSystem}, nil
	}
	return w.r.openPlace(ctx, runtime, distro)
}

func (r *router) openPlace(ctx context.Context, runtime, distro string) (*place, error) {
	name := runtime + ":" + distro
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.open[name]; p != nil {
		return p, nil
	}
	l, err := newLasting(ctx, name, func(ctx context.Context) (plugins.Instance, error) {
		return r.Places.Open(ctx, runtime, distro)
	}, r.notice)
	if err != nil {
		return nil, err
	}
	p := &place{name: name, inst: l, fs: l, base: map[string]string{}}
	if e, ok := plugins.As[plugins.Environ](l.inst); ok {
		env, err := e.Environ(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: cannot read its environment: %w", name, err)
		}
		for _, kv := range env {
			if name, value, ok := strings.Cut(kv, "="); ok {
				p.base[name] = value
			}
		}
	}
	r.open[name] = p
	return p, nil
}

// here reports whether the place is this kernel with this process's own files.
func (p *place) here() bool { return p.base == nil }

// Start starts a command by the World's route.
func (w *World) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	return w.start(ctx, cmd, w.home == nil)
}

// StartInside is Start without the host.
func (w *World) StartInside(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	return w.start(ctx, cmd, false)
}

func (w *World) start(ctx context.Context, cmd *plugins.Command, fallback bool) (plugins.Process, error) {
	p, err := w.get(ctx)
	if err != nil {
		return nil, &plugins.StartError{Name: cmd.Name, Err: err}
	}
	if p.name == hostName {
		return w.r.startOnHost(ctx, cmd, "", w.from())
	}
	there := *cmd
	if w.home != nil {
		there.Env, there.Path = w.r.carry(w.from(), p.base, cmd)
	}
	proc, err := p.inst.Start(ctx, &there)
	if errors.Is(err, syscall.ENOENT) && !p.here() {
		// What is not found of the command itself is ErrNotFound.
		return nil, &plugins.StartError{Name: cmd.Name, Err: fmt.Errorf("%s has no folder %s (cd elsewhere, or: on host %s)", p.name, cmd.Dir.Path, cmd.Name)}
	}
	if !errors.Is(err, plugins.ErrNotFound) || strings.Contains(cmd.Name, "/") {
		return proc, err
	}
	if p.here() || !fallback {
		return nil, w.r.notFound(ctx, p, &there, nil)
	}
	proc, err = w.r.startOnHost(ctx, cmd, p.name, p.base)
	if err != nil {
		if errors.Is(err, plugins.ErrNotFound) {
			err = w.r.notFound(ctx, p, &there, err)
		}
		return nil, err
	}
	w.r.tell(cmd.Name, p.name)
	return proc, nil
}

// from is the base environment in which the session lives, nil for the host's.
func (w *World) from() map[string]string {
	if w.home == nil || w.home.place == nil {
		return nil
	}
	return w.home.place.base
}

// tell shows, once per name, that a command runs on the host.
func (r *router) tell(name, instance string) {
	if !r.Interactive {
		return
	}
	r.mu.Lock()
	told := r.told[name]
	r.told[name] = true
	r.mu.Unlock()
	if !told {
		r.notice(fmt.Sprintf("lxsh: %s: not in %s, runs on the host", name, instance))
	}
}

// FileSystem is where the shell's paths lead. Where the place cannot be opened,
// every call says why.
func (w *World) FileSystem() plugins.FileSystem {
	p, err := w.get(context.Background())
	if err != nil {
		return noFiles{err}
	}
	return p.fs
}

// LookPath tells where a name would be found in the place.
func (w *World) LookPath(ctx context.Context, dir plugins.Dir, path, name string) (string, error) {
	p, err := w.get(ctx)
	if err != nil {
		return "", err
	}
	look, ok := plugins.As[plugins.LookPath](p.inst)
	if !ok {
		return "", fmt.Errorf("%s cannot tell where it finds commands", p.name)
	}
	return look.LookPath(ctx, dir, path, name)
}
