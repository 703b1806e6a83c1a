package rpc

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// pipes makes a pipe for each descriptor: one end goes into cmd, the other is
// returned, by number.
func (run *served) pipes(cmd *plugins.Command, list []*pb.Descriptor) (map[uint32]*os.File, error) {
	mine := make(map[uint32]*os.File)
	for _, d := range list {
		if d.Number >= maxDescriptor || mine[d.Number] != nil {
			return mine, fmt.Errorf("descriptor %d: %w", d.Number, syscall.EINVAL)
		}
		for len(cmd.Files) <= int(d.Number) {
			cmd.Files = append(cmd.Files, nil)
		}
		if d.SameAs != nil {
			first := d.GetSameAs()
			if mine[first] == nil || cmd.Files[d.Number] != nil {
				return mine, fmt.Errorf("descriptor %d: %w", d.Number, syscall.EINVAL)
			}
			fd, err := unix.FcntlInt(uintptr(cmd.Files[first].Fd()), unix.F_DUPFD_CLOEXEC, 3)
			if err != nil {
				return mine, fmt.Errorf("descriptor %d: %w", d.Number, err)
			}
			cmd.Files[d.Number] = newFile(fd)
			continue
		}
		var fds [2]int
		if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC); err != nil {
			return mine, fmt.Errorf("descriptor %d: %w", d.Number, err)
		}
		ours, theirs := fds[0], fds[1]
		if d.Input {
			ours, theirs = theirs, ours
			run.inputs[d.Number] = newQueue()
		}
		syscall.SetNonblock(ours, true)
		mine[d.Number] = os.NewFile(uintptr(ours), "pipe")
		cmd.Files[d.Number] = newFile(theirs)
		if !d.Input {
			run.outputs[d.Number] = &output{r: mine[d.Number], credit: newCredit(outputWindow)}
		}
	}
	return mine, nil
}
