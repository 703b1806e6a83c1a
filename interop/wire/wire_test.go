package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
)

func pair(t *testing.T) (a, b *Conn) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	var conns [2]*Conn
	for i, fd := range fds {
		file := os.NewFile(uintptr(fd), "")
		stream, err := net.FileConn(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		conns[i] = NewConn(stream)
		t.Cleanup(func() { conns[i].Close() })
	}
	return conns[0], conns[1]
}

var messages = []Message{
	&Authorise{Explain: true, Name: "a", Path: "/bin", Dir: "/\xff", Instance: "x:y", Argv: []string{"a", ""}},
	&Granted{Launch: 7, Path: "/bin/a", Rule: "f:1", Action: "allow"},
	&Ask{Path: "/bin/a", Rule: "f:2"}, &Confirm{Yes: true},
	&Started{Launch: 7, Pid: 12}, &Ended{Launch: 7, Status: plugins.Status{State: plugins.Signalled, Code: 9, Core: true}},
	&Run{Name: "b", Argv: []string{"b"}, Env: []string{"A=1"}, Dir: "/", Token: "t", Umask: 0o22, Ignored: []int{1, 2},
		Slots: []Slot{{In, 0}, {Out, 1}, {}, {Passed, 3}}},
	&Accepted{Pid: 3, Rule: "default", Dropped: []string{"X"}},
	&Refused{Why: Denied, Name: "c", Reason: "no", Rule: "f:3"},
	&Changed{plugins.Status{State: plugins.Exited, Code: 1 << 30, Usage: plugins.Usage{User: 1, System: 2}}},
	&Signal{15}, &Taken{3, 100}, &Finish{4},
}

func TestMessagesSurviveTheWay(t *testing.T) {
	a, b := pair(t)
	go func() {
		for _, m := range messages {
			a.Send(m)
		}
		a.SendData(5, append(make([]byte, Lead), "bytes"...))
		a.Close()
	}()
	for _, want := range messages {
		got, err := b.Receive()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v; want %+v", got, err, want)
		}
	}
	got, err := b.Receive()
	if data, ok := got.(*Data); err != nil || !ok || data.Stream != 5 || string(data.Bytes) != "bytes" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := b.Receive(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestFilesPass(t *testing.T) {
	a, b := pair(t)
	null, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, count := range []int{0, 1, 253, 254, 1000} {
		a.Queue()
		go a.SendFiles(&Run{Name: strings.Repeat("n", 9000)}, slices.Repeat([]int{int(null.Fd())}, count))
		b.AcceptFiles()
		if err := b.ReceiveHello(); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Receive(); err != nil {
			t.Fatal(err)
		}
		files := b.TakeFiles()
		if len(files) != count {
			t.Errorf("%d of %d descriptors came", len(files), count)
		}
		for _, file := range files {
			unix.Close(file)
		}
	}
	if err := a.SendFiles(&Run{}, make([]int, maxSlots+1)); !errors.Is(err, syscall.E2BIG) {
		t.Errorf("too many: %v", err)
	}
}

func TestLargestRequest(t *testing.T) {
	a, b := pair(t)
	want := &Run{Env: slices.Repeat([]string{strings.Repeat("v", 128<<10)}, 48)} // 6 MiB
	go a.Send(want)
	if got, err := b.Receive(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v", err)
	}
	if err := a.Send(&Run{Env: []string{strings.Repeat("v", maxRequest)}}); !errors.Is(err, syscall.E2BIG) {
		t.Errorf("got %v", err)
	}
}

func TestHelloNamesBothVersions(t *testing.T) {
	a, b := pair(t)
	a.stream.Write([]byte{6, 0, 0, 0, byte(kindHello), 'l', 'x', 'i', 'o', 2, 1})
	var other *VersionError
	if err := b.ReceiveHello(); !errors.As(err, &other) || other.Peer != 258 {
		t.Errorf("got %v", err)
	}
}

// FuzzReceive: no input makes the receiver panic, wait for what a header only
// promises, or accept what it would not send.
func FuzzReceive(f *testing.F) {
	for _, m := range messages {
		body, err := frame(nil, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte{2, 0, 0, 0, byte(kindData), 1, 'x'})
	f.Fuzz(func(t *testing.T, input []byte) {
		c := NewConn(&replay{bytes.NewReader(input)})
		for {
			m, err := c.Receive()
			if err != nil {
				return
			}
			if data, ok := m.(*Data); ok {
				if len(data.Bytes) > Chunk {
					t.Errorf("%d bytes", len(data.Bytes))
				}
				data.Recycle()
				continue
			}
			again, err := frame(nil, m)
			if err != nil {
				t.Fatal(err)
			}
			back, err := NewConn(&replay{bytes.NewReader(again)}).Receive()
			if err != nil || !reflect.DeepEqual(back, m) {
				t.Errorf("%+v became %+v, %v", m, back, err)
			}
		}
	})
}

// replay is a connection on which bytes come.
type replay struct{ *bytes.Reader }

func (*replay) Write(p []byte) (int, error)      { return len(p), nil }
func (*replay) Close() error                     { return nil }
func (*replay) LocalAddr() net.Addr              { return nil }
func (*replay) RemoteAddr() net.Addr             { return nil }
func (*replay) SetDeadline(time.Time) error      { return nil }
func (*replay) SetReadDeadline(time.Time) error  { return nil }
func (*replay) SetWriteDeadline(time.Time) error { return nil }
