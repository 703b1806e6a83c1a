package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// #9685, #11481, #11454: no policy, and on for everybody.
func TestWSL9685DeniedUnlessListed(t *testing.T) {
	onEach(t, "[[interop.rule]]\naction = \"allow\"\nprogram = \"echo\"\norigin = \"instance\"\n", func(t *testing.T, h *host, address string) {
		if got := h.script(t, address, "host echo yes"); got != "yes\n" {
			t.Errorf("got %q", got)
		}
		cmd := h.guest(t, address, "touch", h.dir+"/made")
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 126 || !strings.Contains(string(out), "lxsh: touch: denied") {
			t.Errorf("got %d, %q", cmd.ProcessState.ExitCode(), out)
		}
		if _, err := os.Stat(h.dir + "/made"); err == nil {
			t.Error("the program ran")
		}
	})
}

// Names and links that look like an allowed program are not it.
func TestShimsDoNotWidenARule(t *testing.T) {
	onEach(t, "[[interop.rule]]\naction = \"allow\"\nprogram = \"echo\"\n[[interop.rule]]\naction = \"allow\"\nprogram = \"/usr/bin/true\"\nargs = [\"-x\", \"**\"]\n", func(t *testing.T, h *host, address string) {
		for _, name := range []string{"echo", "true"} {
			if err := os.WriteFile(filepath.Join(h.dir, name), []byte("#!/bin/sh\n>ran\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink("/usr/bin/touch", filepath.Join(h.dir, "link")); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{h.dir + "/echo"}, {"./echo"}, {h.dir + "/true", "-x"}, {"/usr/bin/../../" + h.dir + "/true", "-x"},
			{"./link", "ran"}, {"true"}, {"true", "y", "-x"}, {"/proc/self/root/" + h.dir + "/echo"}, {"sh", "-c", "echo"},
		} {
			cmd := h.guest(t, address, args...)
			cmd.Env = append(cmd.Env, "PATH="+h.dir)
			cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != 126 {
				t.Errorf("%q: status %d", args, got)
			}
		}
		if _, err := os.Stat(filepath.Join(h.dir, "ran")); err == nil {
			t.Error("a shim ran")
		}
		if err := h.guest(t, address, "/bin/true", "-x", "y").Run(); err != nil {
			t.Errorf("the allowed form: %v", err)
		}
	})
}

// #11823, #1716: nothing is logged.
func TestWSL11823EveryLaunchAndRefusalIsLogged(t *testing.T) {
	h := serve(t, "[[interop.rule]]\naction = \"deny\"\nprogram = \"touch\"\n\n"+allowAll)
	h.guest(t, h.passing, "sh", "-c", "exit 5").Run()
	h.guest(t, h.streams, "sh", "-c", "kill -9 $$").Run()
	h.guest(t, h.passing, "touch", "\xff").Run()
	config := filepath.Join(h.dir, "config.toml")
	var got []string
	for _, e := range h.log(t) {
		exit := -1
		if e.Exit != nil {
			exit = *e.Exit
		}
		if e.Event == "end" && (e.Pid == 0 || e.Seconds <= 0) {
			t.Errorf("%+v", e)
		}
		got = append(got, fmt.Sprintf("%s %s %s %q %s %s %d %d", e.Event, e.Origin, e.Instance, e.Argv, e.Decision, strings.TrimPrefix(e.Rule, config), exit, e.Signal))
	}
	want := []string{
		`launch instance translator:test ["sh" "-c" "exit 5"] allow :5 -1 0`, `end   []   5 0`,
		`launch instance vm:test ["sh" "-c" "kill -9 $$"] allow :5 -1 0`, `end   []   -1 9`,
		`refuse instance translator:test ["touch" "\\xff"] deny :1 -1 0`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if info, err := os.Stat(filepath.Join(h.dir, "audit.jsonl")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// A caller in name spaces of its own is inside, whatever socket it found, and its
// folders are compared file by file.
func TestOriginIsToldByNameSpaces(t *testing.T) {
	h := serve(t, "")
	cmd := h.guest(t, h.typed, "echo", "typed")
	if out, err := cmd.CombinedOutput(); string(out) != "typed\n" || err != nil {
		t.Errorf("from here: %q, %v", out, err)
	}
	inside := func(address string, args ...string) (string, int) {
		cmd := h.guest(t, address, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Skipf("no user name spaces here: %v", err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, code := inside(h.typed, "echo", "inside"); code != 126 || !strings.Contains(out, "denied") {
		t.Errorf("from inside: %d, %q", code, out)
	}
	if e := h.log(t); e[len(e)-1].Origin != "instance" || e[len(e)-1].Instance != "unknown" {
		t.Errorf("logged as %+v", e[len(e)-1])
	}
}

// #11507, #12705: a directory that the host does not have is replaced in silence.
func TestWSL11507UnsharedDirectoryIsAnError(t *testing.T) {
	h := serve(t, allowAll)
	cmd := h.guest(t, h.passing)
	cmd.Path = "/bin/sh"
	cmd.Args = []string{"sh", "-c", `mkdir there && mount -t tmpfs none there && cd there && lxsh-guest host pwd`}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Skipf("no user name spaces here: %v", err)
	}
	if cmd.ProcessState.ExitCode() != 126 || !strings.Contains(string(out), "not visible on the host") {
		t.Errorf("got %d, %q", cmd.ProcessState.ExitCode(), out)
	}
}

func TestAuthorise(t *testing.T) {
	h := serve(t, "[[interop.rule]]\naction = \"deny\"\nprogram = \"touch\"\n[[interop.rule]]\naction = \"ask\"\nprogram = \"cat\"\n")
	c := client.New(h.typed)
	defer c.Close()
	ask := func(name string, confirm func(string, string) bool) (*client.Grant, error) {
		return c.Authorise(context.Background(), client.Request{Name: name, Argv: []string{name, "x"}, Path: "/nowhere:/usr/bin:/bin", Dir: "/", Instance: "translator:base", Confirm: confirm})
	}
	grant, err := ask("true", nil)
	if err != nil || grant.Path != "/usr/bin/true" || grant.Rule != "default" {
		t.Fatalf("got %+v, %v", grant, err)
	}
	if err := errors.Join(grant.Started(4711), grant.Ended(plugins.Status{State: plugins.Exited, Code: 3})); err != nil {
		t.Error(err)
	}
	var refused *wire.Refused
	if _, err := ask("touch", nil); !errors.Is(err, client.ErrDenied) || !errors.As(err, &refused) || refused.Rule != h.dir+"/config.toml:1" {
		t.Errorf("got %v", err)
	}
	if _, err := ask("no-such", nil); !errors.Is(err, plugins.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := ask("cat", nil); !errors.Is(err, client.ErrDenied) {
		t.Errorf("nobody to ask: got %v", err)
	}
	if _, err := ask("cat", func(path, rule string) bool { return path == "/usr/bin/cat" && strings.HasSuffix(rule, ":4") }); err != nil {
		t.Errorf("a yes: got %v", err)
	}
	if explained, err := c.Explain(t.Context(), client.Request{Name: "cat", Path: "/usr/bin", Dir: "/"}); err != nil || explained.Action != "ask" {
		t.Errorf("explain: got %+v, %v", explained, err)
	}
	eventually(t, "the end is logged", func() bool {
		for _, e := range h.log(t) {
			if e.Event == "end" && e.Pid == 4711 && *e.Exit == 3 {
				return true
			}
		}
		return false
	})
	// A changed file counts at once, and one that is broken stops everything.
	h.configure(t, "")
	if _, err := ask("touch", nil); err != nil {
		t.Errorf("got %v", err)
	}
	h.configure(t, "[[interop.rul")
	if _, err := ask("true", nil); err == nil || !strings.Contains(err.Error(), "config.toml") {
		t.Errorf("got %v", err)
	}
	var unreachable *client.UnreachableError
	if _, err := client.New(h.dir+"/none").Authorise(t.Context(), client.Request{Name: "true"}); !errors.As(err, &unreachable) {
		t.Errorf("got %v", err)
	}
}
