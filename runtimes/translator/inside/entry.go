package inside

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// The zeroth arguments by which this binary knows what it is to be.
const (
	stageName = "lxsh-stage"
	initName  = "lxsh-init"
)

// controlFd is the number of the control socket in both.
const controlFd = 3

// Main runs the stage or pid 1 if this process is to be one, and does not return
// then. It comes first in main.
func Main() {
	switch os.Args[0] {
	case stageName:
		os.Exit(stageMain())
	case initName:
		os.Exit(initMain())
	}
}

// Command is the stage, to be started in a user name space and a mount name
// space of its own with idmap's Map.Start. The control socket's other end is its
// descriptor 3. Its environment is empty: nothing of the plugin's leaks.
func Command(control *os.File, log *os.File) *exec.Cmd {
	return &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{stageName}, Env: []string{"GOTRACEBACK=single"},
		Dir: "/", Stdout: log, Stderr: log, ExtraFiles: []*os.File{control},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWNS},
	}
}

// stageMain builds the file system and puts pid 1 into it.
func stageMain() int {
	control := NewControl(os.NewFile(controlFd, "control"))
	if err := stage(control); err != nil {
		control.Send(Report{Error: err.Error()}, -1)
		return 1
	}
	return 0
}

func stage(control *Control) error {
	if err := idmap.Ready(); err != nil {
		return err
	}
	var config Config
	if _, err := control.Receive(&config); err != nil {
		return err
	}
	unix.Umask(0)
	if err := build(&config); err != nil {
		return err
	}
	child := &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{initName}, Env: []string{"GOTRACEBACK=single"},
		Dir: "/", Stdout: os.Stdout, Stderr: os.Stderr, ExtraFiles: []*os.File{control.file},
		SysProcAttr: &syscall.SysProcAttr{
			// The plugin becomes the parent: it waits, and the stage may end.
			Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC |
				unix.CLONE_NEWUTS | unix.CLONE_PARENT,
			UidMappings: toItself(config.Map.UIDs), GidMappings: toItself(config.Map.GIDs),
			GidMappingsEnableSetgroups: config.Map.Mode != idmap.Single,
		},
	}
	err := child.Start()
	if errors.Is(err, unix.ENOENT) {
		// The program is there, or this would not run: its loader is not.
		return errors.New("this build of lxsh-runtime-translator is dynamically linked, and the distro does not have its loader (build with CGO_ENABLED=0, as make does)")
	}
	if err != nil {
		return err
	}
	if err := control.Send(Report{Pid: child.Process.Pid}, -1); err != nil {
		return err
	}
	return child.Process.Release()
}

// toItself maps the ids that exist inside to themselves.
func toItself(ids []syscall.SysProcIDMap) []syscall.SysProcIDMap {
	var list []syscall.SysProcIDMap
	for _, e := range ids {
		list = append(list, syscall.SysProcIDMap{ContainerID: e.ContainerID, HostID: e.ContainerID, Size: e.Size})
	}
	return list
}
