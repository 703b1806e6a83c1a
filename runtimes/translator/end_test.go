package translator

import (
	"context"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/session"
)

// A shell may keep a dead command on the process table, for example as the leader
// of a job's group. Until it is reaped the kernel keeps pid 1, which must neither
// hold up the instance's end nor leave anybody waiting for an answer.
func TestEndWithUnreapedCommand(t *testing.T) {
	if lacks := spaceLacks(); len(lacks) > 0 {
		t.Skipf("%s: %s (%s)", lacks[0].What, lacks[0].Why, lacks[0].Remedy)
	}
	root := makeRoot(t)
	for _, test := range []struct {
		name string
		end  func(context.Context, *pluginProcess, *session.Client) error
	}{
		{"closed", func(ctx context.Context, p *pluginProcess, c *session.Client) error {
			if err := c.Close(ctx); err != nil {
				return err
			}
			return p.cmd.Wait() // ServeSessions has returned
		}},
		{"killed", func(_ context.Context, p *pluginProcess, c *session.Client) error {
			p.kill()
			<-c.Done()
			return nil
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit())
			defer cancel()
			plugin := startPlugin(t, root, t.TempDir())
			c, err := session.Dial(ctx, plugin.socket)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Hangup()
			command, err := c.Start(ctx, &plugins.Command{
				Name: "true", Argv: []string{"true"}, Path: "/bin", Dir: plugins.Dir{Path: "/"}, Group: plugins.GroupNew,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer command.Wait(ctx)
			if err := unix.Waitid(unix.P_PID, command.Pid(), nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
				t.Fatal(err)
			}
			if err := test.end(ctx, plugin, c); err != nil {
				t.Fatal(err)
			}
			if again, err := session.Dial(ctx, plugin.socket); err == nil {
				again.Hangup()
				t.Error("the dead instance still answers")
			} else if !session.Gone(err) {
				t.Errorf("the dead instance does not refuse: %v", err)
			}
		})
	}
}

// A pid 1 that does not answer is ended as well.
func TestEndWithStoppedInit(t *testing.T) {
	inst := open(t, plugins.InstanceConfig{}).(*Instance)
	if err := unix.Kill(inst.pid, unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit())
	defer cancel()
	if err := inst.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for unix.Kill(inst.pid, 0) == nil {
		select {
		case <-ctx.Done():
			t.Fatal("pid 1 is still there")
		case <-time.After(5 * time.Millisecond):
		}
	}
}
