package spawn

import (
	"context"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

func BenchmarkStart(b *testing.B) {
	cmd := &plugins.Command{Name: "true", Argv: []string{"true"}, Path: "/usr/local/bin:/usr/bin:/bin", Group: plugins.GroupSame}
	for b.Loop() {
		pid, err := Start(cmd, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := NewProcess(pid).Wait(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

// The yardstick: what the standard library does for the same.
func BenchmarkForkExec(b *testing.B) {
	for b.Loop() {
		pid, err := syscall.ForkExec("/usr/bin/true", []string{"true"}, &syscall.ProcAttr{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := unix.Wait4(pid, nil, 0, nil); err != nil {
			b.Fatal(err)
		}
	}
}
