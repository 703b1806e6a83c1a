package wire

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func pair(t *testing.T) (*Conn, *Conn, int) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	var conns [2]*Conn
	for i, fd := range fds {
		if conns[i], err = New(os.NewFile(uintptr(fd), "pair")); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conns[i].Close() })
	}
	return conns[0], conns[1], fds[0]
}

func TestFrames(t *testing.T) {
	a, b, _ := pair(t)
	for _, size := range []int{0, 1, 1000, 100_000, 5 << 20} {
		body := bytes.Repeat([]byte{0, 1, 255, 'x'}, size/4)
		sent := make(chan error, 1)
		go func() { sent <- a.Send(uint32(size), 7, NewEncoder().Bytes(body)) }()
		f, err := b.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if err := <-sent; err != nil {
			t.Fatal(err)
		}
		d := NewDecoder(f.Body)
		if got := d.Bytes(); !bytes.Equal(got, body) || d.End() != nil || f.ID != uint32(size) || f.Type != 7 {
			t.Errorf("size %d: got %d bytes, id %d, type %d, %v", size, len(got), f.ID, f.Type, d.Err())
		}
	}
	a.Close()
	if _, err := b.Receive(); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
}

// Frames with few, none, and more descriptors than one message takes, back to
// back: each gets its own.
func TestDescriptors(t *testing.T) {
	a, b, _ := pair(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, _ := os.Pipe()
	defer r.Close()
	counts := []int{1, 0, 253, 254, 600, 2}
	sent := make(chan error, 1)
	go func() {
		for _, n := range counts {
			files := slices.Repeat([]int{int(null.Fd())}, n)
			if n > 0 {
				files[n-1] = int(w.Fd())
			}
			if err := a.Send(uint32(n), 1, NewEncoder().Uint(uint64(n)), files...); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for _, n := range counts {
		f, err := b.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Files) != n || f.ID != uint32(n) {
			t.Fatalf("frame %d has %d descriptors", f.ID, len(f.Files))
		}
		if n > 0 {
			last := f.Take(n - 1)
			if _, err := syscall.Write(last, []byte("x")); err != nil {
				t.Errorf("frame %d: the last descriptor is not the pipe: %v", n, err)
			}
			syscall.Close(last)
			if _, err := io.ReadFull(r, make([]byte, 1)); err != nil {
				t.Error(err)
			}
		}
		f.Close()
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	w.Close()
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("a copy of the pipe is still open: %d, %v", n, err)
	}
	if err := a.Send(1, 1, nil, make([]int, MaxFiles+1)...); !errors.Is(err, syscall.E2BIG) {
		t.Errorf("too many descriptors: %v", err)
	}
}

func TestHostileBytes(t *testing.T) {
	for name, raw := range map[string]string{
		"claims 4 GiB":              "\xff\xff\xff\xff\x00\x00\x00\x00\x01\x00\x00\x00",
		"claims descriptors":        "\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x05",
		"claims many descriptors":   "\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\xff\xff",
		"ends in the header":        "\x00\x00",
		"ends in the body":          "\x00\x00\x00\x09\x00\x00\x00\x00\x01\x00\x00\x00abc",
		"claims the limit, ends":    "\x04\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00abc",
		"something else altogether": "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		a, b, fd := pair(t)
		syscall.Write(fd, []byte(raw))
		a.Close()
		if f, err := b.Receive(); err == nil || err == io.EOF {
			t.Errorf("%s: got %v, %v", name, f, err)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(NewEncoder().Uint(3).Int(-1).String("x").Strings([]string{"a", ""}).Body())
	f.Add([]byte(strings.Repeat("\xff", 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := NewDecoder(b)
		d.Uint()
		d.Int()
		_ = d.String()
		list := d.Strings()
		if len(list) > len(b) {
			t.Errorf("%d strings out of %d bytes", len(list), len(b))
		}
		d.Bool()
		if err := d.End(); err == nil && len(b) < 4 {
			t.Errorf("%q was accepted", b)
		}
	})
}
