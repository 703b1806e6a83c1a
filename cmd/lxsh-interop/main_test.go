package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/lxsh/lxsh/interop/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"serve"}, {"x"}, {"serve", "--socket", "/s", "more"}, {"serve", "--nonsense"}} {
		var stderr strings.Builder
		if code := run(args, &stderr); code != 2 || stderr.String() != usage {
			t.Errorf("%q: %d, %q", args, code, stderr.String())
		}
	}
	var stderr strings.Builder
	if code := run([]string{"serve", "--socket", "tcp:1"}, &stderr); code != 1 || !strings.HasPrefix(stderr.String(), "lxsh-interop: address") {
		t.Errorf("%d, %q", code, stderr.String())
	}
}

func TestEnviron(t *testing.T) {
	got := environ([]string{"PATH=/bin", "PLUGIN_MIN_PORT=1", "LXSH_RUNTIME=vm", "PWD=/", "SHLVL=2", "DISPLAY=:0"})
	if !slices.Equal(got, []string{"PATH=/bin", "DISPLAY=:0"}) {
		t.Errorf("got %q", got)
	}
}

func TestPlugin(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
	config := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, []byte("[[interop.rule]]\naction = \"deny\"\nprogram = \"touch\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &plugin{}
	socket := filepath.Join(dir, "s")
	for range 2 { // idempotent
		if err := p.Open(t.Context(), socket, config); err != nil {
			t.Fatal(err)
		}
	}
	c := client.New(socket)
	defer c.Close()
	if _, err := c.Authorise(t.Context(), client.Request{Name: "true", Path: "/usr/bin:/bin", Dir: "/"}); err != nil {
		t.Error(err)
	}
	if _, err := c.Authorise(t.Context(), client.Request{Name: "touch", Path: "/usr/bin:/bin", Dir: "/"}); !errors.Is(err, client.ErrDenied) {
		t.Errorf("got %v", err)
	}
	if st, err := p.Status(t.Context()); err != nil || st.Callers != 1 || st.Programs != 0 {
		t.Errorf("got %+v, %v", st, err)
	}
	for range 2 {
		if err := p.Close(t.Context()); err != nil { // nothing runs that could hold it up
			t.Error(err)
		}
	}
	if _, err := os.Stat(socket); err == nil {
		t.Error("the socket is left")
	}
	if log, err := os.ReadFile(filepath.Join(dir, "data/lxsh/audit.jsonl")); err != nil || strings.Count(string(log), "\n") != 2 {
		t.Errorf("got %q, %v", log, err)
	}
}
