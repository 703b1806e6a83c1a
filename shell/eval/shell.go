package eval

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/job"
)

// A Shell is a shell execution environment. It belongs to one goroutine.
type Shell struct {
	config *Config // shared, never changed
	world  World
	root   *Shell // the process's own shell; itself for that one
	parent *Shell // the shell that this one is a subshell of
	gen    uint64 // see variable
	level  int    // BASH_SUBSHELL
	async  bool   // runs beside its parent, in a pipeline

	vars      []*variable // by symbol
	unsettled bool        // some of vars are deferred
	frames    []frame     // dynamic scopes: function calls and assignments before commands
	funcs     map[string]*Function
	shared    bool // funcs and aliases are a parent's too
	alias     map[string]string

	name     string // $0
	script   string // the file of the program; may be empty
	params   []string
	opts     Options
	status   int // $?
	line     int // LINENO
	lastJob  int // $!
	pipeline []int
	pid      int // $$
	started  time.Time
	random   uint32

	fds     fd.Table
	dir     plugins.Dir
	dirFile *fd.File // what dir.File is, counted
	umask   uint32
	limits  []plugins.Limit

	traps *traps
	Jobs  *job.Table // the jobs of this shell; in a subshell those of its parent, for reading
	// jobsKnown are jobs of the parent: they can be listed, not waited for.
	jobsInherited bool

	flow      flow
	flowCount int // levels of break and continue left
	loops     int // loops around in this function
	calls     int // depth of functions and of . (where return is allowed)
	depth     int // of anything that recurses
	quiet     int // above 0, set -e does not act
	failed    bool
	substRan  bool // a command substitution ran in this simple command
	compounds []*Compound
	hash      map[string]string
	ifs       expand.IFS
	sinks     []*expand.Sink
	globber   func(string) []string
	keepFiles bool
	temporary []int         // descriptors of process substitutions
	modes     *unix.Termios // of the terminal, as the shell last left it

	// Getopts is the place of getopts between two calls: OPTIND as last
	// written and the offset in a word of several letters.
	Getopts     struct{ Index, Offset int }
	interactive bool
}

var generation atomic.Uint64

// New returns the shell of this process, with the descriptors that the process
// inherited, its environment as variables and its signals as they are.
func New(c Config) *Shell {
	sh := &Shell{
		config:      &c,
		world:       c.World,
		gen:         generation.Add(1),
		funcs:       map[string]*Function{},
		alias:       map[string]string{},
		name:        c.Name,
		script:      c.Script,
		params:      c.Params,
		pid:         os.Getpid(),
		started:     time.Now(),
		fds:         fd.Adopt(),
		interactive: c.Interactive,
		Jobs:        job.NewTable(),
	}
	sh.root = sh
	sh.config.index()
	sh.traps = newTraps()
	sh.umask = processUmask()
	sh.opts.set(Posix, c.Posix)
	sh.opts.set(Interactive, c.Interactive)
	sh.opts.set(Braceexpand, !c.Posix)
	sh.opts.set(ExpandAliases|Hashall|Sourcepath|Cmdhist, true)
	sh.random = uint32(sh.pid) * 2654435761
	sh.importEnv(c.Env)
	sh.deferVars()
	sh.initDir()
	return sh
}

// subshell returns a copy of sh that runs while sh waits.
func (sh *Shell) subshell() *Shell {
	c := *sh
	c.parent = sh
	c.gen = generation.Add(1)
	c.level++
	c.vars = append(make([]*variable, 0, len(sh.vars)+4), sh.vars...)
	c.frames = append([]frame(nil), sh.frames...)
	c.shared, sh.shared = true, true
	c.fds = sh.fds.Clone()
	if c.dirFile != nil {
		c.dirFile.Ref()
	}
	c.traps = sh.traps.forSubshell()
	c.jobsInherited = true
	c.interactive = false
	c.opts.set(Monitor, false)
	c.params = sh.params
	c.compounds = nil
	c.loops = 0
	c.sinks, c.globber, c.keepFiles, c.temporary = nil, nil, false, nil
	return &c
}

// end gives back what a subshell holds.
func (sh *Shell) end() {
	sh.fds.Close()
	if sh.dirFile != nil {
		sh.dirFile.Unref()
	}
}

// ctx is for calls into the World. Cancelling is not a shell's way: a signal ends
// a wait by ending the process waited for.
func (sh *Shell) ctx() context.Context { return context.Background() }

// World is where external commands of this shell run.
func (sh *Shell) World() World { return sh.world }

// SetWorld makes w the place where external commands of this shell run.
func (sh *Shell) SetWorld(w World) {
	sh.world = w
	sh.hash = nil
}

// FileSystem is where this shell's paths lead.
func (sh *Shell) FileSystem() plugins.FileSystem { return sh.world.FileSystem() }

// Interactive reports whether this is an interactive shell, and not one of its
// subshells.
func (sh *Shell) Interactive() bool { return sh.interactive }

// Subshell reports whether this shell is a subshell.
func (sh *Shell) Subshell() bool { return sh.level > 0 }

// Pid is $$.
func (sh *Shell) Pid() int { return sh.pid }

// Status is $?.
func (sh *Shell) Status() int { return sh.status }

// SetStatus sets $?.
func (sh *Shell) SetStatus(n int) { sh.status = n }

// Line is LINENO.
func (sh *Shell) Line() int { return sh.line }

// Name is $0.
func (sh *Shell) Name() string { return sh.name }

// Params are the positional parameters from $1 on. The slice must not be changed.
func (sh *Shell) Params() []string { return sh.params }

// SetParams replaces the positional parameters; it copies the slice.
func (sh *Shell) SetParams(p []string) {
	sh.params = append([]string(nil), p...)
}
