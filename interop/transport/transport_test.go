package transport

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Address{
		"/a/b":                {Scheme: Unix, Path: "/a/b"},
		"unix:/a:b":           {Scheme: Unix, Path: "/a:b"},
		"vsock:host:52":       {Scheme: Vsock, CID: 2, Port: 52},
		"vsock:local:1":       {Scheme: Vsock, CID: 1, Port: 1},
		"vsock:any:7":         {Scheme: Vsock, CID: 1<<32 - 1, Port: 7},
		"vsock:77:4294967295": {Scheme: Vsock, CID: 77, Port: 1<<32 - 1},
		"hybrid:/v:s:52":      {Scheme: Hybrid, Path: "/v:s", Port: 52},
	} {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
		if again, err := Parse(got.String()); err != nil || again != want {
			t.Errorf("%s: %s became %+v, %v", text, got, again, err)
		}
	}
	for _, text := range []string{"", "a", "unix:a", "tcp:1:2", "vsock:2", "vsock:x:1", "vsock:2:99999999999", "hybrid:/a", "hybrid:a:1", "/" + strings.Repeat("x", 107), "hybrid:/" + strings.Repeat("x", 104) + ":10"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("vsock:2:52")
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := Parse(text); err == nil {
			if again, err := Parse(a.String()); err != nil || again != a {
				t.Errorf("%q: %+v became %+v, %v", text, a, again, err)
			}
		}
	})
}

func echo(t *testing.T, l net.Listener) {
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
	t.Cleanup(func() { l.Close() })
}

// #11481: sockets that every user may use.
func TestWSL11481SocketIsItsUsersAlone(t *testing.T) {
	a := Address{Scheme: Unix, Path: filepath.Join(t.TempDir(), "s")}
	l, err := Listen(a)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(a.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	echo(t, l)
	conn, err := Dial(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if _, err := Listen(a); err == nil || !strings.Contains(err.Error(), "served already") {
		t.Errorf("a second server: %v", err)
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	a := Address{Scheme: Unix, Path: filepath.Join(t.TempDir(), "s")}
	l, err := Listen(a)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	if l, err = Listen(a); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := os.WriteFile(a.Path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(a); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a file in the way: %v", err)
	}
}

// The guest listens, and the host connects through the monitor.
func TestHybrid(t *testing.T) {
	a := Address{Scheme: Hybrid, Path: filepath.Join(t.TempDir(), "v"), Port: 52}
	l, err := net.Listen("unix", a.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	answers := make(chan string, 1)
	go func() {
		for answer := range answers {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			line, _ := readLine(conn)
			if line == "CONNECT 52" {
				io.WriteString(conn, answer)
			}
			conn.Close()
		}
	}()
	defer close(answers)
	answers <- "OK 1073741824\nfirst bytes"
	conn, err := Dial(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(conn); string(got) != "first bytes" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	conn.Close()
	if _, ok := conn.(*net.UnixConn); ok {
		t.Error("descriptors would pass to the monitor")
	}
	for _, answer := range []string{"", "NO\n", strings.Repeat("x", 100)} {
		answers <- answer
		if _, err := Dial(t.Context(), a); err == nil {
			t.Errorf("%q was taken for a connection", answer)
		}
	}
	if _, err := Dial(t.Context(), Address{Scheme: Hybrid, Path: "/nowhere", Port: 1}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
