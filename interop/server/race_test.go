package server_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/audit"
	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/runtimes/local"
)

// serve serves at a socket with a policy, and returns how to end.
func serve(t *testing.T, l net.Listener, source server.Source, policy func() (*interop.Policy, error)) (stop func()) {
	t.Helper()
	log, err := audit.Open(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Config{
		Host: local.Instance{}, Log: log, Environ: []string{"PATH=/usr/bin:/bin"}, Policy: policy,
		Pass: func() ([]string, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, l, source) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		log.Close()
	}
}

func listen(t *testing.T, path string) net.Listener {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The folder that was looked at is the one that the program starts in, wherever
// its path leads by then.
func TestWorkingDirectoryCannotBeExchanged(t *testing.T) {
	dir := t.TempDir()
	here, secret := filepath.Join(dir, "here"), filepath.Join(dir, "secret")
	for _, folder := range []string{here, secret} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(dir, "s")
	stop := serve(t, listen(t, socket), server.Source{Instance: "translator:test"}, func() (*interop.Policy, error) {
		if err := os.Rename(here, here+".old"); err != nil {
			return nil, err
		}
		return &interop.Policy{User: []interop.Rule{{Action: interop.Allow}}}, os.Symlink(secret, here)
	})
	defer stop()
	p, err := client.Start(t.Context(), socket, &client.Command{Name: "touch", Argv: []string{"touch", "made"}, Dir: here})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if status, err := p.Wait(t.Context()); err != nil || status.ExitCode() != 0 {
		t.Fatal(status, err)
	}
	if _, err := os.Stat(filepath.Join(secret, "made")); err == nil {
		t.Error("the program started where the path led later")
	}
	if _, err := os.Stat(filepath.Join(here+".old", "made")); err != nil {
		t.Error(err)
	}
}

// Callers that end before they are looked at leave nothing open.
func TestDeadCallersLeaveNoDescriptors(t *testing.T) {
	if socket := os.Getenv("LXSH_TEST_CALL"); socket != "" {
		if _, err := net.Dial("unix", socket); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	const callers = 20
	socket := filepath.Join(t.TempDir(), "s")
	l := listen(t, socket)
	for range callers {
		cmd := exec.Command(os.Args[0], "-test.run=^TestDeadCallersLeaveNoDescriptors$")
		cmd.Env = []string{"LXSH_TEST_CALL=" + socket}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Dead and not yet waited for: its number is still its own.
		if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
			t.Fatal(err)
		}
		defer cmd.Wait()
	}
	before := descriptors(t)
	stop := serve(t, l, server.Source{}, func() (*interop.Policy, error) { return &interop.Policy{}, nil })
	// An answer for a caller of ours is one for all before it.
	p, err := client.Start(t.Context(), socket, &client.Command{Name: "true", Argv: []string{"true"}, Dir: "/"})
	if err != nil {
		t.Fatal(err)
	}
	p.Wait(t.Context())
	p.Close()
	stop()
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors became %d", before, after)
	}
}

func descriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
