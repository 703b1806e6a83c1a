package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/translate"
)

// A caller is who is at the other end of a connection.
type caller struct {
	origin   interop.Origin
	instance string // runtime:distro, or what stands for an unknown one
	token    string // that requests must bring
	paths    translate.Paths
	process  *translate.Process // nil: on another kernel
	granted  map[uint64]*launch // authorised and not ended
}

// instanceOf names the instance of a process by its root folder. Inside, a process
// may choose another root, and is nobody's then.
func (s *Server) instanceOf(pid int) string {
	root, err := os.Stat(fmt.Sprintf("/proc/%d/root/.", pid))
	if err != nil {
		return interop.UnknownInstance
	}
	if name := s.config.InstanceOf(root); name != "" {
		return name
	}
	return interop.UnknownInstance
}

// identify tells who connected. What decides is said by the kernel or by the
// listener; nothing that the caller sends counts.
func (s *Server) identify(stream net.Conn, source Source) (*caller, error) {
	c := &caller{origin: interop.Inside, instance: source.Instance, token: source.Token, paths: source.Paths, granted: map[uint64]*launch{}}
	conn, ok := stream.(*net.UnixConn)
	if !ok {
		if source.Instance == "" || source.Paths == nil {
			return nil, errors.New("a transport that tells nothing of its callers needs an instance and its shared folders")
		}
		return c, nil
	}
	pid, pidfd, err := peer(conn)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pidfd)
	process, err := translate.OpenProcess(pid)
	if err != nil {
		return nil, fmt.Errorf("caller %d is gone", pid)
	}
	c.process = process
	if c.paths == nil {
		c.paths = process
	}
	if source.Instance == "" {
		there, err := spacesOf(fmt.Sprint(pid))
		switch {
		case err != nil:
			c.close()
			return nil, fmt.Errorf("name spaces of caller %d: %w", pid, err)
		case there == s.spaces:
			c.origin, c.paths = interop.Typed, translate.Identity{}
		default:
			c.instance = s.instanceOf(pid)
		}
	}
	// All that was read of /proc/PID is the caller's only if it lives yet.
	if !alive(pidfd) {
		c.close()
		return nil, fmt.Errorf("caller %d is gone", pid)
	}
	return c, nil
}

func (c *caller) close() {
	if c.process != nil {
		c.process.Close()
	}
}

// peer is the process that connected, which must be of the server's own user, by
// its number and by a descriptor that stands for it. Linux before 6.5 has no
// SO_PEERPIDFD: there a caller that connects, ends, and waits for another of the
// user's processes to get its number is taken for that one.
func peer(conn *net.UnixConn) (pid, pidfd int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, -1, err
	}
	var cred *unix.Ucred
	perr := error(nil)
	cerr := raw.Control(func(fd uintptr) {
		if cred, err = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			pidfd, perr = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_PEERPIDFD)
		}
	})
	if err := errors.Join(cerr, err); err != nil {
		return 0, -1, fmt.Errorf("credentials of the caller: %w", err)
	}
	if perr == unix.ENOPROTOOPT {
		pidfd, perr = unix.PidfdOpen(int(cred.Pid), 0)
	}
	if perr != nil {
		return 0, -1, fmt.Errorf("caller %d is gone", cred.Pid)
	}
	if int(cred.Uid) != os.Geteuid() {
		unix.Close(pidfd)
		return 0, -1, fmt.Errorf("user %d may not use the interop of user %d", cred.Uid, os.Geteuid())
	}
	return int(cred.Pid), pidfd, nil
}

// alive reports whether the process has not ended, and its number is its own yet.
func alive(pidfd int) bool {
	ready := []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}
	n, err := unix.Poll(ready, 0)
	return err == nil && n == 0
}

// spaces are the name spaces that make a process one of the host's.
type spaces struct{ user, pid, mount string }

func spacesOf(pid string) (spaces, error) {
	var s spaces
	for name, field := range map[string]*string{"user": &s.user, "pid": &s.pid, "mnt": &s.mount} {
		link, err := os.Readlink("/proc/" + pid + "/ns/" + name)
		if err != nil {
			return s, errors.Unwrap(err).(syscall.Errno)
		}
		*field = link
	}
	return s, nil
}
