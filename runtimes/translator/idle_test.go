package translator

import (
	"context"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session"
)

// Neither a zombie nor an agent that a program left keeps an instance, and every
// other process does.
func TestWhatKeepsAnInstance(t *testing.T) {
	if lacks := spaceLacks(); len(lacks) > 0 {
		t.Skipf("%s: %s (%s)", lacks[0].What, lacks[0].Why, lacks[0].Remedy)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit())
	defer cancel()
	inst, err := session.Dial(ctx, startPlugin(t, makeRoot(t), t.TempDir()).socket)
	if err != nil {
		t.Fatal(err)
	}
	defer inst.Hangup()
	wait := func(want int) {
		t.Helper()
		for {
			load, err := inst.Load(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if load.Processes == want {
				return
			}
			select {
			case <-ctx.Done():
				t.Fatalf("%d processes, want %d", load.Processes, want)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	start := func(name string, args ...string) plugins.Process {
		t.Helper()
		p, err := inst.Start(ctx, &plugins.Command{Name: name, Argv: append([]string{name}, args...), Path: "/bin", Env: []string{"PATH=/bin"}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	zombie := start("true")
	wait(0)
	if _, err := zombie.Wait(ctx); err != nil {
		t.Error(err)
	}

	const script = `mkfifo /tmp/fifo; for f in gpg-agent other; do printf '#!/bin/sh\nread x </tmp/fifo\n' >/tmp/$f; chmod 755 /tmp/$f; done`
	if got := run(t, inst, script); got != "[0]" {
		t.Fatal(got)
	}
	agent, other := start("/tmp/gpg-agent"), start("/tmp/other")
	wait(1)
	for _, p := range []plugins.Process{other, agent} {
		if err := p.Signal(ctx, 9, false); err != nil {
			t.Error(err)
		}
		if _, err := p.Wait(ctx); err != nil {
			t.Error(err)
		}
		wait(0)
	}
}
