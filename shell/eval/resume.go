package eval

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/fd"
	"github.com/lxsh/lxsh/shell/job"
	"github.com/lxsh/lxsh/shell/parse"
)

// reborn is $0 of a process that goes on as a subshell of the one that started
// it. Its only argument is the number of the descriptor with the state.
const reborn = "lxsh-subshell"

// reincarnation is the command that runs stmts as a subshell in a process of its
// own: this program again, with the state of sh in an unnamed file, which is the
// last of the command's files and the caller's to close.
func (sh *Shell) reincarnation(stmts []*syntax.Stmt, ignore []int) (*plugins.Command, error) {
	var e encoder
	sh.saveState(&e)
	e.num(int64(len(ignore)))
	for _, n := range ignore {
		e.num(int64(n))
	}
	e.str(text(stmts))
	state, err := fd.Bytes(string(e.b))
	if err != nil {
		return nil, err
	}
	// The state has the variables: the environment is that of this process.
	cmd := sh.commandWith([]string{reborn}, "", sh.config.Env)
	cmd.Name = "/proc/self/exe"
	cmd.Files = append(cmd.Files, state)
	cmd.Argv = append(cmd.Argv, strconv.Itoa(len(cmd.Files)-1))
	if cmd.Dir.File != nil && cmd.Dir.File.Fd() < 0 {
		cmd.Dir = plugins.Dir{Path: "/"} // a directory elsewhere; the state names it
	}
	return cmd, nil
}

// Resume runs the subshell that this process was started for, if it was. The
// program calls it first thing. open completes a Config whose World it finds by
// name: Builtins, Env, Settle and World. status is what the process exits with.
func Resume(open func(c *Config, world string) error) (status int, resumed bool) {
	if len(os.Args) != 2 || filepath.Base(os.Args[0]) != reborn {
		return 0, false
	}
	n, err := strconv.Atoi(os.Args[1])
	if err != nil {
		return 0, false
	}
	sh, stmts, err := restore(n, open)
	if err != nil {
		fmt.Fprintf(os.Stderr, "lxsh: cannot go on as a subshell: %v\n", err)
		return 126, true
	}
	c := sh.compiler()
	c.last = len(stmts) == 1
	status = c.list(stmts)(sh)
	if sh.flow == flowNone || sh.flow == flowReturn {
		sh.status = status
	}
	return sh.Finish(), true
}

func restore(n int, open func(*Config, string) error) (*Shell, []*syntax.Stmt, error) {
	state, err := readAll(n)
	if err != nil {
		return nil, nil, err
	}
	d := &decoder{b: state}
	c := Config{}
	if err := open(&c, d.str()); err != nil {
		return nil, nil, err
	}
	sh := &Shell{
		config: &c,
		world:  c.World,
		gen:    generation.Add(1),
		funcs:  map[string]*Function{},
		alias:  map[string]string{},
		fds:    fd.Adopt(),
		Jobs:   job.NewTable(),
	}
	sh.root = sh
	sh.config.index()
	sh.name, sh.params = d.str(), d.list()
	var opts, mask int
	for _, p := range []*int{&sh.pid, &sh.status, &sh.line, &sh.lastJob, &opts, &mask, &sh.level, &sh.calls, &sh.quiet, &sh.Getopts.Index, &sh.Getopts.Offset} {
		*p = int(d.num())
	}
	sh.opts, sh.umask = Options(opts)&^(Monitor|Interactive), uint32(mask)
	sh.started = time.Unix(0, d.num())
	sh.dir.Path = d.str()
	if f := sh.resumedDir(); f != nil {
		sh.dirFile = fd.New(f)
		sh.dir.File = f
	}
	sh.loadStack(d)
	sh.loadVars(d)
	sh.unsettled = d.num() != 0
	for k := d.num(); k > 0 && d.err == nil; k-- {
		name := d.str()
		if err := sh.define(d.str()); err != nil {
			return nil, nil, err
		}
		file := d.str()
		if f := sh.funcs[name]; f != nil {
			f.file = file
		}
	}
	for k := d.num(); k > 0 && d.err == nil; k-- {
		name := d.str()
		sh.alias[name] = d.str()
	}
	sh.restoreTraps(d)
	body := d.str()
	if d.err != nil {
		return nil, nil, d.err
	}
	stmts, err := parse.All(body, parse.Options{Name: sh.name, Line: sh.line})
	return sh, stmts, err
}

func (sh *Shell) restoreTraps(d *decoder) {
	sh.traps = newTraps()
	entryOnce.Do(func() {}) // the state tells it
	dispositions.entry = [maxSignal + 1]bool{}
	sh.traps.actions = loadActions(d)
	if inherited := loadActions(d); len(inherited) > 0 {
		sh.traps.inherited = inherited
	}
	for _, s := range d.list() {
		if n, ok := decimal(s); ok && n > 0 && n <= maxSignal {
			dispositions.entry[n] = true
			dispositions.dispose(int(n), sigIgnore)
		}
	}
	for k := d.num(); k > 0 && d.err == nil; k-- {
		sh.traps.actions[int(d.num())] = ""
	}
	for n := range sh.traps.actions {
		if n > 0 && n <= maxSignal {
			sh.applyDisposition(n)
		}
	}
}

// define runs the text of a function definition.
func (sh *Shell) define(text string) error {
	stmts, err := parse.All(text, parse.Options{})
	if err != nil {
		return err
	}
	for _, s := range stmts {
		sh.compiler().stmt(s)(sh)
	}
	return nil
}

// readAll reads a descriptor to its end and closes it, before any other is
// looked at.
func readAll(n int) ([]byte, error) {
	defer syscall.Close(n)
	var all []byte
	buf := make([]byte, 16<<10)
	for {
		k, err := fd.OS(n).Read(buf)
		all = append(all, buf[:max(k, 0)]...)
		if err != nil {
			return nil, os.NewSyscallError("read", err)
		}
		if k == 0 {
			return all, nil
		}
	}
}

// resumedDir opens the directory that the state names. On this kernel the
// process was started in it, so it is the right one even after a rename and for
// a World with other mounts; elsewhere the path has to do. Nil: it is gone.
func (sh *Shell) resumedDir() plugins.File {
	f, err := sh.FileSystem().OpenDir(sh.ctx(), plugins.Dir{Path: "/"}, sh.dir.Path)
	if err == nil {
		if f.Fd() < 0 {
			return f
		}
		_ = f.Close()
	}
	n, err := syscall.Open(".", unix.O_PATH|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	own, err := fd.Up(n)
	if err != nil {
		return nil
	}
	return own
}
