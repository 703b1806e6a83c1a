package conformance_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/conformance"
	"github.com/lxsh/lxsh/runtimes/local"
)

// faulty is runtime local with one fault.
type faulty struct {
	local.Instance
	change func(*plugins.Command)                      // before the start
	status func(plugins.Status) plugins.Status         // of a wait
	err    func(error) error                           // of a start
	stat   func(plugins.FileStat) plugins.FileStat     // of a file
	names  func([]plugins.DirEntry) []plugins.DirEntry // of a directory
}

type faultyProcess struct {
	plugins.Process
	f *faulty
}

func (f *faulty) Start(ctx context.Context, cmd *plugins.Command) (plugins.Process, error) {
	mine := *cmd
	mine.Argv, mine.Files = slices.Clone(cmd.Argv), slices.Clone(cmd.Files)
	if f.change != nil {
		f.change(&mine)
	}
	p, err := f.Instance.Start(ctx, &mine)
	if err != nil {
		if f.err != nil {
			err = f.err(err)
		}
		return nil, err
	}
	return faultyProcess{p, f}, nil
}

func (p faultyProcess) Wait(ctx context.Context) (plugins.Status, error) {
	s, err := p.Process.Wait(ctx)
	if p.f.status != nil {
		s = p.f.status(s)
	}
	return s, err
}

func (f *faulty) Stat(ctx context.Context, dir plugins.Dir, name string, follow bool) (plugins.FileStat, error) {
	st, err := f.Instance.Stat(ctx, dir, name, follow)
	if f.stat != nil {
		st = f.stat(st)
	}
	return st, err
}

func (f *faulty) ReadDir(ctx context.Context, dir plugins.Dir, name string) ([]plugins.DirEntry, error) {
	entries, err := f.Instance.ReadDir(ctx, dir, name)
	if f.names != nil {
		entries = f.names(entries)
	}
	return entries, err
}

// TestFaultsAreFound holds that the kit fails a runtime with a fault, in the
// case that is there for it.
func TestFaultsAreFound(t *testing.T) {
	for _, fault := range []struct {
		inCase string
		of     faulty
	}{
		{"argv-bytes", faulty{change: func(c *plugins.Command) { c.Argv[1] = c.Argv[1][:200] }}},
		{"argv-zero", faulty{change: func(c *plugins.Command) { c.Argv[0] = c.Name }}},
		{"env-exact", faulty{change: func(c *plugins.Command) { c.Env = append(c.Env, "LEAK=1") }}},
		{"dir-path", faulty{change: func(c *plugins.Command) { c.Dir.Path = "/" }}},
		{"dir-missing", faulty{err: func(error) error { return plugins.ErrNotFound }}},
		{"dir-descriptor", faulty{change: func(c *plugins.Command) { c.Dir.File = nil }}},
		{"fd-closed", faulty{change: func(c *plugins.Command) {
			c.Files = append(c.Files, make([]plugins.File, 30)...)
			c.Files[30] = c.Files[1]
		}}},
		{"fd-closed-output", faulty{change: func(c *plugins.Command) { c.Files[2] = c.Files[1] }}},
		{"status-exit-codes", faulty{status: func(s plugins.Status) plugins.Status { s.Code &= 127; return s }}},
		{"status-signals", faulty{status: func(s plugins.Status) plugins.Status {
			return plugins.Status{State: plugins.Exited, Code: s.ExitCode()}
		}}},
		{"status-usage", faulty{status: func(s plugins.Status) plugins.Status { s.Usage = plugins.Usage{}; return s }}},
		{"group-new", faulty{change: func(c *plugins.Command) { c.Group = plugins.GroupSame }}},
		{"group-same", faulty{change: func(c *plugins.Command) { c.Group = plugins.GroupNew }}},
		{"umask", faulty{change: func(c *plugins.Command) { c.Umask = 0o022 }}},
		{"limits", faulty{change: func(c *plugins.Command) { c.Limits = nil }}},
		{"signals-ignored", faulty{change: func(c *plugins.Command) { c.Ignored = nil }}},
		{"signals-default", faulty{change: func(c *plugins.Command) { c.Ignored = []int{13} }}},
		{"nice", faulty{change: func(c *plugins.Command) { c.Nice = 0 }}},
		{"find-none", faulty{err: func(err error) error { return errors.New(err.Error()) }}},
		{"find-bad-interpreter", faulty{err: func(err error) error { return &plugins.StartError{Err: plugins.ErrNotFound} }}},
		{"find-empty-element", faulty{change: func(c *plugins.Command) { c.Path = "/bin" + c.Path }}},
		{"fs-stat", faulty{stat: func(s plugins.FileStat) plugins.FileStat { s.Mtime /= 1e9; return s }}},
		{"fs-readdir", faulty{names: func(e []plugins.DirEntry) []plugins.DirEntry { return e[1:] }}},
	} {
		t.Run(fault.inCase, func(t *testing.T) {
			for name, inst := range map[string]plugins.Instance{"faulty": &fault.of, "sound": local.Instance{}} {
				out, err := check(t, inst, fault.inCase)
				if err != nil {
					t.Fatal(err)
				}
				want := conformance.Passed
				if name == "faulty" {
					want = conformance.Failed
				}
				if len(out) != 1 || out[0].Result != want {
					t.Errorf("%s: got %+v, want %s", name, out, want)
				}
			}
		})
	}
}

// TestHangIsFailure holds that a case ends though the instance does not.
func TestHangIsFailure(t *testing.T) {
	t.Setenv("LXSH_TEST_TIME_SCALE", "0.01")
	out, err := check(t, hanging{}, "status-again")
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 1 || out[0].Result != conformance.Failed {
		t.Errorf("got %+v", out)
	}
}

// hanging is an instance that answers nothing.
type hanging struct{ local.Instance }

func (hanging) Start(ctx context.Context, _ *plugins.Command) (plugins.Process, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func check(t *testing.T, inst plugins.Instance, only string) ([]conformance.Outcome, error) {
	shared := t.TempDir()
	if err := os.Chmod(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	return conformance.Check(t.Context(), conformance.Options{
		Open:      func(context.Context) (plugins.Instance, error) { return inst, nil },
		Abilities: []string{plugins.AbilityFileSystem, plugins.AbilityEnviron, plugins.AbilityLookPath},
		Shared:    shared,
		Eternal:   true,
		Only:      only,
	})
}
