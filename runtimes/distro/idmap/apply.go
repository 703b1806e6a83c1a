package idmap

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Apply gives the user name space of process pid, which the caller created, this
// mapping. It can be done once for a name space.
func (m Map) Apply(pid int) error {
	if m.Mode == Range {
		if err := helper("newuidmap", pid, m.UIDs); err != nil {
			return err
		}
		return helper("newgidmap", pid, m.GIDs)
	}
	proc := "/proc/" + strconv.Itoa(pid)
	if m.Mode == Single {
		// Without privilege a group map may be written only where no group
		// can be dropped any more (user_namespaces(7), CVE-2014-8989).
		if err := os.WriteFile(proc+"/setgroups", []byte("deny"), 0); err != nil {
			return fmt.Errorf("cannot map ids: %w", err)
		}
	}
	if err := os.WriteFile(proc+"/gid_map", table(m.GIDs), 0); err != nil {
		return fmt.Errorf("cannot map group ids: %w", err)
	}
	if err := os.WriteFile(proc+"/uid_map", table(m.UIDs), 0); err != nil {
		return fmt.Errorf("cannot map user ids: %w", err)
	}
	return nil
}

// table is ids in the form of uid_map, which must be written by one write(2).
func table(ids []syscall.SysProcIDMap) []byte {
	var b []byte
	for _, e := range ids {
		b = fmt.Appendf(b, "%d %d %d\n", e.ContainerID, e.HostID, e.Size)
	}
	return b
}

func helper(name string, pid int, ids []syscall.SysProcIDMap) error {
	args := []string{strconv.Itoa(pid)}
	for _, e := range ids {
		args = append(args, strconv.Itoa(e.ContainerID), strconv.Itoa(e.HostID), strconv.Itoa(e.Size))
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		why := strings.TrimSpace(string(out))
		if why == "" {
			why = err.Error()
		}
		return fmt.Errorf("cannot map ids: %s (check the ranges in /etc/subuid and /etc/subgid)", why)
	}
	return nil
}

// readyFd is the environment variable that tells a child of Start where to wait.
const readyFd = "LXSH_IDMAP_FD"

// Start starts cmd in a new user name space with this mapping, in which it has
// user and group 0 and all capabilities. Further flags of
// cmd.SysProcAttr.Cloneflags are kept. The program must call [Ready] first.
//
// The kernel takes the capabilities of a program that is executed before its
// user id is mapped, and newuidmap works on a running process only. So the child
// carries them over by the ambient set and waits for its ids on a pipe. (To gain
// them by a second exec would clear its parent-death signal, see commit_creds.)
// Its inheritable and ambient sets stay full, and so do those of what it starts.
func (m Map) Start(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	attr := cmd.SysProcAttr
	attr.Cloneflags |= unix.CLONE_NEWUSER
	if m.Mode != Range {
		attr.UidMappings, attr.GidMappings = m.UIDs, m.GIDs
		attr.GidMappingsEnableSetgroups = m.Mode == Identity
		return explain(cmd.Start())
	}
	attr.AmbientCaps = allCaps()
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer w.Close()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, readyFd+"="+strconv.Itoa(3+len(cmd.ExtraFiles)))
	cmd.ExtraFiles = append(cmd.ExtraFiles, r)
	err = cmd.Start()
	r.Close()
	if err != nil {
		return explain(err)
	}
	if err := m.Apply(cmd.Process.Pid); err != nil {
		w.Close() // without its word the child ends
		cmd.Wait()
		return err
	}
	_, err = w.Write([]byte{1})
	return err
}

// explain adds the remedy to the errors of clone(2) for user name spaces.
func explain(err error) error {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return fmt.Errorf("cannot create a user name space: %w (as root: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0, whichever exists)", err)
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("cannot create a user name space: %w (as root: sysctl -w user.max_user_namespaces=10000)", err)
	case errors.Is(err, unix.EINVAL):
		return fmt.Errorf("cannot create a user name space: %w (the kernel needs CONFIG_USER_NS)", err)
	}
	return err
}

// Ready returns when the ids of a child of [Map.Start] are mapped. In any other
// process it does nothing.
func Ready() error {
	value, ok := os.LookupEnv(readyFd)
	if !ok {
		return nil
	}
	os.Unsetenv(readyFd)
	fd, err := strconv.Atoi(value)
	if err != nil {
		return fmt.Errorf("%s=%s: %w", readyFd, value, err)
	}
	pipe := os.NewFile(uintptr(fd), "ids")
	defer pipe.Close()
	if n, err := pipe.Read(make([]byte, 1)); n != 1 {
		return fmt.Errorf("the ids were not mapped: %w", err)
	}
	return nil
}

// allCaps are the numbers of the capabilities that this kernel knows.
func allCaps() []uintptr {
	var caps []uintptr
	for c := uintptr(0); c < 64; c++ {
		if _, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, c, 0, 0, 0); err != nil {
			break
		}
		caps = append(caps, c)
	}
	return caps
}
