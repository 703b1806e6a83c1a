package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/wire"
)

// Ways in which a program inside tries to make more of a rule than it says. Each
// test is an attempt that must fail.

// runs starts a program with a zeroth argument of its own choice, and returns what
// it prints.
func (h *host) runs(t *testing.T, address string, cmd client.Command) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd.Dir, cmd.Files = h.dir, []int{-1, int(w.Fd()), 2}
	p, err := client.Start(context.Background(), address, &cmd)
	if err != nil {
		w.Close()
		return "", err
	}
	if _, err := p.Wait(context.Background()); err != nil {
		t.Error(err)
	}
	p.Close()
	w.Close()
	out := make([]byte, 4096)
	n, _ := r.Read(out)
	return string(out[:n]), nil
}

// The zeroth argument chooses the applet of busybox, git's command, and the folder
// of python's libraries.
func TestZerothArgumentDoesNotWidenARule(t *testing.T) {
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Skip("busybox is not installed")
	}
	onEach(t, "[[interop.rule]]\naction = \"allow\"\nprogram = \"echo\"\n", func(t *testing.T, h *host, address string) {
		if err := os.Symlink(busybox, filepath.Join(h.dir, "bin", "echo")); err != nil {
			t.Fatal(err)
		}
		h.configure(t, fmt.Sprintf("[[interop.rule]]\naction = \"allow\"\nprogram = %q\n", filepath.Join(h.dir, "bin", "echo")))
		for _, zeroth := range []string{"sh", "/bin/sh", "-sh", "echo"} {
			out, err := h.runs(t, address, client.Command{Name: "echo", Argv: []string{zeroth, "-c", "echo ran"}})
			if out != "-c echo ran\n" || err != nil {
				t.Errorf("as %q: %q, %v", zeroth, out, err)
			}
		}
	})
}

// What stands in a folder that is the user's to write is not what a bare name
// means, though it comes first in PATH.
func TestProgramInFrontDoesNotWidenARule(t *testing.T) {
	onEach(t, "[[interop.rule]]\naction = \"allow\"\nprogram = \"true\"\n", func(t *testing.T, h *host, address string) {
		if err := os.WriteFile(filepath.Join(h.dir, "bin", "true"), []byte("#!/bin/sh\necho ran\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		if out, err := h.runs(t, address, client.Command{Name: "true", Argv: []string{"true"}}); !errors.Is(err, client.ErrDenied) {
			t.Errorf("got %q, %v", out, err)
		}
		if _, err := h.runs(t, address, client.Command{Name: "/usr/bin/true", Argv: []string{"true"}}); err != nil {
			t.Error(err)
		}
	})
}

// Of the harmless variables only harmless values come through.
func TestEnvironmentDoesNotWidenARule(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		out, err := h.runs(t, address, client.Command{Name: "env", Argv: []string{"env"}, Env: []string{
			"PATH=/evil", "LD_PRELOAD=/evil", "BASH_ENV=/evil", "ENV=/evil", "GIT_EXEC_PATH=/evil", "IFS=/evil", "LANGUAGE=../evil",
			"TZ=/evil", "COLUMNS=a[$(evil)]", "LC_ALL=%n/evil", "LC_X\n=/evil", "BASH_FUNC_echo%%=() { evil; }", "LXENV=PATH:LD_PRELOAD:BASH_ENV:LC_ALL",
		}})
		if strings.Contains(out, "evil") || err != nil {
			t.Errorf("got %q, %v", out, err)
		}
	})
}

// A caller's words of any length get an answer, and little room in the log.
func TestLongWordsAreAnswered(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	onEach(t, "", func(t *testing.T, h *host, address string) {
		for _, cmd := range []client.Command{
			{Name: long, Argv: []string{"x"}}, {Name: "/" + long, Argv: []string{"x"}}, {Name: "true", Argv: []string{long}},
		} {
			if _, err := h.runs(t, address, cmd); err == nil || !strings.Contains(err.Error(), ": ") || len(err.Error()) > 20<<10 {
				t.Errorf("%.10s: got %.100v", cmd.Name, err)
			}
			if _, refused := client.Start(t.Context(), address, &client.Command{Name: cmd.Name, Argv: cmd.Argv, Dir: "/" + long}); refused == nil {
				t.Errorf("%.10s: started in no folder", cmd.Name)
			} else if _, ok := refused.(*wire.Refused); !ok {
				t.Errorf("%.10s: %.100v", cmd.Name, refused)
			}
		}
		h.configure(t, "[interop]\nenv = [\"X\"]\n"+allowAll)
		if _, err := h.runs(t, address, client.Command{Name: "true", Argv: []string{"true"}, Env: []string{"LXENV=" + strings.Repeat("PATH:", 50000), "PATH=x"}}); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(filepath.Join(h.dir, "audit.jsonl")); err != nil || info.Size() > 256<<10 {
			t.Errorf("the log is %d bytes, %v", info.Size(), err)
		}
	})
}

// Refusals do not push the launches out of the log, and are counted.
func TestRefusalsDoNotFloodTheLog(t *testing.T) {
	h := serve(t, "")
	const refusals = 500
	for range refusals {
		client.Start(t.Context(), h.passing, &client.Command{Name: "true", Argv: []string{"true"}, Dir: "/"})
	}
	lines, counted := 0, 0
	for _, e := range h.log(t) {
		lines++
		counted += e.Unlogged
	}
	if lines < 100 || lines+counted > refusals || lines > refusals/2 {
		t.Errorf("%d lines tell of %d more", lines, counted)
	}
}
