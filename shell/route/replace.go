package route

import (
	"context"
	"errors"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/shell/eval"
)

var _ eval.Replacer = (*World)(nil)

// Replace puts a local command in the place of this process. It returns only
// with an error, and then the process is as it was.
func (w *World) Replace(ctx context.Context, cmd *plugins.Command) error {
	p, err := w.get(ctx)
	if err != nil {
		return &plugins.StartError{Name: cmd.Name, Err: err}
	}
	if p.name != localName {
		return errors.ErrUnsupported
	}
	path, err := local.FileSystem{}.LookPath(ctx, cmd.Dir, cmd.Path, cmd.Name)
	if err != nil {
		return err
	}
	if cmd.Dir.File != nil && cmd.Dir.File.Fd() >= 0 {
		err = unix.Fchdir(cmd.Dir.File.Fd())
	} else {
		err = unix.Chdir(cmd.Dir.Path)
	}
	if err != nil {
		return &plugins.StartError{Name: cmd.Name, Path: path, Err: err}
	}
	back := placeFiles(cmd.Files)
	defaults := resetSignals(cmd.Ignored)
	err = syscall.Exec(path, cmd.Argv, cmd.Env)
	defaults()
	back()
	if err == unix.ENOEXEC {
		err = plugins.ErrExecFormat
	}
	return &plugins.StartError{Name: cmd.Name, Path: path, Err: err}
}

// placeFiles makes descriptor i that of files[i], open across an exec, and
// returns how to undo it. All others of this process close on exec.
func placeFiles(files []plugins.File) func() {
	type saved struct{ slot, copy int }
	var undo []saved
	sources := make([]int, len(files))
	for i, f := range files {
		sources[i] = -1
		if f != nil && f.Fd() >= 0 {
			// Above all slots, where no placing can reach it.
			sources[i], _ = unix.FcntlInt(uintptr(f.Fd()), unix.F_DUPFD_CLOEXEC, len(files)+3)
		}
	}
	for i, src := range sources {
		if src < 0 {
			continue // closed by the exec, and until then perhaps the runtime's own
		}
		old, err := unix.FcntlInt(uintptr(i), unix.F_DUPFD_CLOEXEC, len(files)+3)
		if err != nil {
			old = -1
		}
		undo = append(undo, saved{i, old})
		_ = unix.Dup2(src, i)
		_ = unix.Close(src)
	}
	return func() {
		for _, s := range undo {
			if s.copy < 0 {
				_ = unix.Close(s.slot)
				continue
			}
			_ = unix.Dup3(s.copy, s.slot, unix.O_CLOEXEC)
			_ = unix.Close(s.copy)
		}
	}
}

// sigaction is struct kernel_sigaction of the Linux ABI, the same on all
// architectures that this program is built for but for the place of restorer,
// which is not looked into.
type sigaction [4]uint64

// resetSignals puts all signals at their defaults but those that the command
// ignores, as exec does only for those that are caught, and returns how to undo
// it.
func resetSignals(ignored []int) func() {
	const signals, maskSize = 64, 8
	var old [signals + 1]sigaction
	for n := 1; n <= signals; n++ {
		var now sigaction
		if slices.Contains(ignored, n) {
			now[0] = 1 // SIG_IGN
		}
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(n), uintptr(unsafe.Pointer(&now)),
			uintptr(unsafe.Pointer(&old[n])), maskSize, 0, 0)
	}
	return func() {
		for n := 1; n <= signals; n++ {
			_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(n), uintptr(unsafe.Pointer(&old[n])), 0, maskSize, 0, 0)
		}
	}
}
