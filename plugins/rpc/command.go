package rpc

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

func fromCommand(cmd *plugins.Command) (*pb.Command, error) {
	out := &pb.Command{
		Name: []byte(cmd.Name), Argv: toBytes(cmd.Argv), Env: toBytes(cmd.Env), Path: []byte(cmd.Path), Dir: []byte(cmd.Dir.Path),
		Group: int32(cmd.Group), Umask: cmd.Umask, Nice: int32(cmd.Nice), Hangup: cmd.Hangup,
	}
	for _, l := range cmd.Limits {
		out.Limits = append(out.Limits, &pb.Limit{Resource: int32(l.Resource), Cur: l.Cur, Max: l.Max})
	}
	for _, sig := range cmd.Ignored {
		out.Ignored = append(out.Ignored, int32(sig))
	}
	for n, f := range cmd.Files {
		if f == nil {
			continue
		}
		input, err := isInput(n, f.Fd())
		if err != nil {
			return nil, err
		}
		d := &pb.Descriptor{Number: uint32(n), Input: input}
		for _, earlier := range out.Descriptors {
			if earlier.SameAs == nil && earlier.Input == input && sameStream(f.Fd(), cmd.Files[earlier.Number].Fd()) {
				d.SameAs = &earlier.Number
				break
			}
		}
		out.Descriptors = append(out.Descriptors, d)
	}
	return out, nil
}

// isInput says which way the bytes of descriptor n go.
func isInput(n, fd int) (bool, error) {
	if fd < 0 {
		return false, fmt.Errorf("descriptor %d is not on this kernel: %w", n, syscall.EBADF)
	}
	if n <= 2 {
		return n == 0, nil
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	if err != nil {
		return false, fmt.Errorf("descriptor %d: %w", n, err)
	}
	switch flags & unix.O_ACCMODE {
	case unix.O_RDONLY:
		return true, nil
	case unix.O_WRONLY:
		return false, nil
	}
	return false, fmt.Errorf("descriptor %d is open for reading and writing, which this runtime cannot carry: %w", n, errUnsupported)
}

// sameStream reports whether it makes no difference to which of two descriptors
// bytes go: they are one open file, or two of a pipe, of a device, or of a file
// that both append to.
func sameStream(a, b int) bool {
	pid := uintptr(unix.Getpid())
	if r, _, errno := unix.Syscall6(unix.SYS_KCMP, pid, pid, kcmpFile, uintptr(a), uintptr(b), 0); errno == 0 && r == 0 {
		return true
	}
	var sa, sb unix.Stat_t
	if unix.Fstat(a, &sa) != nil || unix.Fstat(b, &sb) != nil || sa.Dev != sb.Dev || sa.Ino != sb.Ino {
		return false
	}
	if sa.Mode&unix.S_IFMT != unix.S_IFREG {
		return true
	}
	fa, _ := unix.FcntlInt(uintptr(a), unix.F_GETFL, 0)
	fb, _ := unix.FcntlInt(uintptr(b), unix.F_GETFL, 0)
	return fa&fb&unix.O_APPEND != 0
}

// kcmpFile is KCMP_FILE of linux/kcmp.h. Where a kernel lacks the call, the same
// open file of a regular file is not recognised.
const kcmpFile = 0

// maxDescriptor bounds the numbers of a command's descriptors.
const maxDescriptor = 1 << 20

func toCommand(c *pb.Command) *plugins.Command {
	cmd := &plugins.Command{
		Name: string(c.GetName()), Argv: toStrings(c.GetArgv()), Env: toStrings(c.GetEnv()), Path: string(c.GetPath()),
		Dir: plugins.Dir{Path: string(c.GetDir())}, Group: plugins.Group(c.GetGroup()), Umask: c.GetUmask(),
		Nice: int(c.GetNice()), Hangup: c.GetHangup(),
	}
	for _, l := range c.GetLimits() {
		cmd.Limits = append(cmd.Limits, plugins.Limit{Resource: int(l.Resource), Cur: l.Cur, Max: l.Max})
	}
	for _, sig := range c.GetIgnored() {
		cmd.Ignored = append(cmd.Ignored, int(sig))
	}
	return cmd
}

var statusKinds = map[plugins.State]pb.Status_Kind{
	plugins.Exited: pb.Status_EXITED, plugins.Signalled: pb.Status_SIGNALLED,
	plugins.Stopped: pb.Status_STOPPED, plugins.Continued: pb.Status_CONTINUED,
}

func fromProcessStatus(s plugins.Status) *pb.Status {
	return &pb.Status{Kind: statusKinds[s.State], Code: int32(s.Code), Core: s.Core, UserNs: s.Usage.User, SystemNs: s.Usage.System}
}

func toProcessStatus(s *pb.Status) (plugins.Status, error) {
	for state, kind := range statusKinds {
		if kind == s.GetKind() {
			return plugins.Status{State: state, Code: int(s.GetCode()), Core: s.GetCore(),
				Usage: plugins.Usage{User: s.GetUserNs(), System: s.GetSystemNs()}}, nil
		}
	}
	return plugins.Status{}, fmt.Errorf("the plugin reports a status of unknown kind %d", s.GetKind())
}
