package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lxsh/lxsh/interop/audit"
	"github.com/lxsh/lxsh/interop/policyfile"
	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/interop/translate"
	"github.com/lxsh/lxsh/interop/transport"
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
)

// limit scales a time limit for slow machines.
func limit(d time.Duration) time.Duration {
	if scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64); err == nil {
		return time.Duration(float64(d) * scale)
	}
	return d
}

// A host is a server with three ways to it.
type host struct {
	dir    string
	server *server.Server

	typed   string // as the user's shell
	passing string // from an instance, with descriptors
	streams string // from an instance behind a monitor, as from a virtual machine
}

const allowAll = "[[interop.rule]]\naction = \"allow\"\n"

// serve starts a server with a config.toml.
func serve(t testing.TB, config string) *host {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lxsh-guest", "probe"} {
		if err := os.Symlink(self, filepath.Join(dir, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	h := &host{dir: dir}
	h.configure(t, config)
	log, err := audit.Open(filepath.Join(dir, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "bin") + ":/usr/local/bin:/usr/bin:/bin"
	policy := &policyfile.Source{Admin: filepath.Join(dir, "policy.toml"), User: filepath.Join(dir, "config.toml"), Path: path}
	instance, err := local.Runtime{}.Open(t.Context(), plugins.InstanceConfig{Runtime: "local"})
	if err != nil {
		t.Fatal(err)
	}
	h.server, err = server.New(server.Config{
		Host: instance, Policy: policy.Policy, Pass: policy.Pass, Log: log, Environ: []string{"PATH=" + path, "HOST=yes"},
		InstanceOf: func(os.FileInfo) string { return "" },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var ends []chan error
	listen := func(address string, source server.Source) string {
		a, err := transport.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		l, err := transport.Listen(a)
		if err != nil {
			t.Fatal(err)
		}
		end := make(chan error, 1)
		ends = append(ends, end)
		go func() { end <- h.server.Serve(ctx, l, source) }()
		return address
	}
	h.typed = listen(filepath.Join(dir, "typed"), server.Source{})
	h.passing = listen(filepath.Join(dir, "inst"), server.Source{Instance: "translator:test"})
	h.streams = listen("hybrid:"+filepath.Join(dir, "vm")+":52", server.Source{Instance: "vm:test", Paths: translate.Identity{}})
	stop := monitor(t, filepath.Join(dir, "vm"))
	t.Cleanup(func() {
		cancel()
		for _, end := range ends {
			select {
			case err := <-end:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(limit(20 * time.Second)):
				t.Error("the server does not end")
			}
		}
		stop()
		log.Close()
	})
	return h
}

func (h *host) configure(t testing.TB, config string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(h.dir, "config.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
}

// log is the audit log.
func (h *host) log(t testing.TB) (list []audit.Entry) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.dir, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var e audit.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		list = append(list, e)
	}
	return list
}

// guest is lxsh-guest with arguments, as a program inside an instance.
func (h *host) guest(t testing.TB, address string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), limit(time.Minute))
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, filepath.Join(h.dir, "bin", "lxsh-guest"), append([]string{"host"}, args...)...)
	cmd.Dir = h.dir
	cmd.Env = []string{"LXSH_INTEROP=" + address, "PATH=" + filepath.Join(h.dir, "bin") + ":/usr/bin:/bin"}
	return cmd
}

// shell is sh running a script in which "host" runs a program on the host.
func (h *host) shell(t testing.TB, address, script string) *exec.Cmd {
	cmd := h.guest(t, address)
	cmd.Path = "/bin/sh"
	cmd.Args = []string{"sh", "-c", "host() { lxsh-guest host \"$@\"; }\n" + script}
	return cmd
}

// onEach runs a test over descriptors that pass and over streams.
func onEach(t *testing.T, config string, test func(t *testing.T, h *host, address string)) {
	t.Helper()
	for _, mode := range []string{"descriptors", "streams"} {
		t.Run(mode, func(t *testing.T) {
			h := serve(t, config)
			address := h.passing
			if mode == "streams" {
				address = h.streams
			}
			test(t, h, address)
		})
	}
}

// monitor stands for a virtual machine's: it takes CONNECT and makes the guest's
// connection to the host's socket, with no way for descriptors.
func monitor(t testing.TB, path string) (stop func()) {
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			guest, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer guest.Close()
				r := bufio.NewReaderSize(guest, 16)
				line, err := r.ReadSlice('\n')
				if err != nil || string(line) != "CONNECT 52\n" {
					return
				}
				host, err := net.Dial("unix", path+"_52")
				if err != nil {
					return
				}
				defer host.Close()
				fmt.Fprint(guest, "OK 1\n")
				done := make(chan struct{})
				go func() {
					defer close(done)
					io.Copy(host, io.MultiReader(io.LimitReader(r, int64(r.Buffered())), guest))
					host.(*net.UnixConn).CloseWrite()
				}()
				io.Copy(guest, host)
				guest.Close()
				<-done
			}()
		}
	}()
	return func() { l.Close() }
}
