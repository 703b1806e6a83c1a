package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// self runs "probe self" and returns what it tells.
func self(t *testing.T, cmd *exec.Cmd) (r facts) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.Bytes())
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %q", err, out)
	}
	return r
}

func TestArgumentsArriveByteByByte(t *testing.T) {
	var all []byte
	for b := 1; b < 256; b++ {
		all = append(all, byte(b))
	}
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		for _, args := range [][]string{
			{string(all)},
			{"", "", "-", "--", "a b", "'\"\\", "EOM"},
			slices.Repeat([]string{"x"}, 1000),
			{strings.Repeat("y", 100<<10)},
		} {
			want := append([]string{"probe", "self"}, args...)
			var got []string
			for _, arg := range self(t, h.guest(t, address, want...)).Argv {
				got = append(got, string(arg))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%.60q arrived as %.60q", want, got)
			}
		}
	})
}

func TestInheritance(t *testing.T) {
	onEach(t, "[interop]\nenv = [\"MINE\"]\n"+allowAll, func(t *testing.T, h *host, address string) {
		cmd := h.shell(t, address, "umask 027; trap '' HUP; host probe self")
		cmd.Env = append(cmd.Env, "TERM=xterm", "MINE=1", "OTHER=2", "LD_PRELOAD=", "LXENV=MINE:OTHER", "HOST=no")
		cmd.Stdin = strings.NewReader("")
		r := self(t, cmd)
		var env []string
		for _, variable := range r.Env {
			env = append(env, string(variable))
		}
		for _, want := range []string{"TERM=xterm", "MINE=1", "HOST=yes"} {
			if !slices.Contains(env, want) {
				t.Errorf("%s is missing in %q", want, env)
			}
		}
		for _, variable := range env {
			if strings.HasPrefix(variable, "OTHER=") || strings.HasPrefix(variable, "LD_PRELOAD=") {
				t.Errorf("%s came through", variable)
			}
		}
		if r.Dir != h.dir || r.Umask != 0o027 || !r.Group || !slices.Equal(r.Ignored, []int{int(syscall.SIGHUP)}) {
			t.Errorf("got %+v", r)
		}
		if !slices.Equal(r.Files, []int{0, 1, 2}) {
			t.Errorf("open descriptors: %v", r.Files)
		}
	})
}

func TestSparseDescriptors(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		cmd := h.shell(t, address, `echo through >in; exec 7<in 9>out; host probe fds 7 9; host probe self`)
		r := self(t, cmd)
		if !slices.Equal(r.Files, []int{0, 1, 2, 7, 9}) {
			t.Errorf("open descriptors: %v", r.Files)
		}
		if got, err := os.ReadFile(h.dir + "/out"); string(got) != "through\n" || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

// Descriptors that are one open file stay one: the order of what is written to
// them is kept, and so is a file's offset.
func TestDescriptorsThatAreOneFile(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		out, err := h.shell(t, address, `host sh -c 'for i in 1 2 3; do echo o$i; echo e$i >&2; done' >both 2>&1; echo end >>both; cat both`).Output()
		if string(out) != "o1\ne1\no2\ne2\no3\ne3\nend\n" || err != nil {
			t.Errorf("got %q, %v", out, err)
		}
	})
}

// microsoft/WSL#12132, #6565: exit codes are lost.
func TestWSL12132ExitCodes(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		var all sync.WaitGroup
		slots := make(chan struct{}, 8)
		for code := range 256 {
			all.Go(func() {
				slots <- struct{}{}
				defer func() { <-slots }()
				cmd := h.guest(t, address, "sh", "-c", fmt.Sprintf("exit %d", code))
				cmd.Run()
				if got := cmd.ProcessState.ExitCode(); got != code {
					t.Errorf("exit %d became %d", code, got)
				}
			})
		}
		all.Wait()
	})
}

func TestFailuresTellWhatAndWhy(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		if err := os.WriteFile(h.dir+"/plain", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(h.dir+"/badint", []byte("#!/no/such\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			status int
			text   string
		}{
			{"no-such-command", 127, "lxsh: no-such-command: not found on the host\n"},
			{"./nothing", 127, ""},
			{"./plain", 126, "permission denied"},
			{"./badint", 126, "bad interpreter"},
			{h.dir, 126, "permission denied"},
		} {
			cmd := h.guest(t, address, c.name)
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != c.status || !strings.Contains(string(out), c.text) || strings.Count(string(out), "\n") != 1 {
				t.Errorf("%s: %d, %q", c.name, got, out)
			}
		}
	})
}
