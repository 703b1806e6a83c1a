package eval

import (
	"os"
	"path"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/fd"
)

// Dir is the working directory, for calls to the FileSystem.
func (sh *Shell) Dir() plugins.Dir { return sh.dir }

// Pwd is the working directory as the shell spells it (logical, POSIX pwd -L).
func (sh *Shell) Pwd() string { return sh.dir.Path }

// Chdir makes name (an absolute path in its logical form, or one relative to the
// working directory) the working directory, whose spelling becomes pwd. It sets
// no variable.
func (sh *Shell) Chdir(name, pwd string) error {
	f, err := sh.FileSystem().OpenDir(sh.ctx(), sh.dir, name)
	if err != nil {
		return err
	}
	if sh.dirFile != nil {
		sh.dirFile.Unref()
	}
	sh.dirFile = fd.New(f)
	sh.dir = plugins.Dir{Path: pwd, File: f}
	return nil
}

func (sh *Shell) initPwd() {
	_ = sh.setSym(symPWD, sh.dir.Path)
	sh.own(symPWD).attr |= Exported
}

// initDir takes over the process's working directory. PWD is believed when it
// leads to the same directory (POSIX XCU 2.5.3).
func (sh *Shell) initDir() {
	pwd, _ := sh.getSym(symPWD)
	var here, there syscall.Stat_t
	if !path.IsAbs(pwd) || path.Clean(pwd) != pwd || syscall.Stat(".", &here) != nil || syscall.Stat(pwd, &there) != nil ||
		here.Dev != there.Dev || here.Ino != there.Ino {
		var err error
		if pwd, err = os.Getwd(); err != nil {
			pwd = "."
		}
	}
	sh.dir.Path = pwd
	sh.initPwd()
}

// Umask is the file mode creation mask.
func (sh *Shell) Umask() uint32 { return sh.umask }

// SetUmask sets the file mode creation mask. The process's own follows that of
// its root shell alone.
func (sh *Shell) SetUmask(mask uint32) {
	sh.umask = mask & 0o777
	if sh.root == sh {
		maskLock.Lock()
		defer maskLock.Unlock()
		syscall.Umask(int(sh.umask))
	}
}

// maskLock guards the process's mask, which has no form that could be read
// without being changed.
var maskLock sync.Mutex

func processUmask() uint32 {
	maskLock.Lock()
	defer maskLock.Unlock()
	mask := syscall.Umask(0o077)
	syscall.Umask(mask)
	return uint32(mask)
}

// Open opens a file as a redirection does, with this shell's mask.
func (sh *Shell) Open(name string, flags int) (plugins.File, error) {
	if flags&syscall.O_CREAT != 0 && sh.umask != sh.root.umask {
		maskLock.Lock()
		defer maskLock.Unlock()
		old := syscall.Umask(int(sh.umask))
		defer syscall.Umask(old)
	}
	return sh.FileSystem().Open(sh.ctx(), sh.dir, name, flags, 0o666&^sh.umask)
}

// Limit returns a resource limit as setrlimit(2) has it.
func (sh *Shell) Limit(resource int) (plugins.Limit, error) {
	for _, l := range sh.limits {
		if l.Resource == resource {
			return l, nil
		}
	}
	var r unix.Rlimit
	err := unix.Prlimit(0, resource, nil, &r)
	return plugins.Limit{Resource: resource, Cur: r.Cur, Max: r.Max}, err
}

// SetLimit sets a resource limit. In a subshell it counts for the commands that
// the subshell starts.
func (sh *Shell) SetLimit(l plugins.Limit) error {
	if sh.root == sh {
		return unix.Prlimit(0, l.Resource, &unix.Rlimit{Cur: l.Cur, Max: l.Max}, nil)
	}
	old, err := sh.Limit(l.Resource)
	switch {
	case err != nil:
		return err
	case l.Cur > l.Max:
		return syscall.EINVAL
	case l.Max > old.Max && os.Geteuid() != 0:
		return syscall.EPERM
	}
	limits := make([]plugins.Limit, 0, len(sh.limits)+1)
	for _, o := range sh.limits {
		if o.Resource != l.Resource {
			limits = append(limits, o)
		}
	}
	sh.limits = append(limits, l)
	return nil
}
