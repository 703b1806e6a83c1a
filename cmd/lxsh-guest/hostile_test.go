package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"testing"
	"time"

	"github.com/lxsh/lxsh/interop/wire"
)

func raw(t *testing.T, h *host) net.Conn {
	t.Helper()
	_, path, _ := bytes.Cut([]byte("unix:"+h.passing), []byte("unix:"))
	conn, err := net.Dial("unix", string(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func frame(kind byte, body []byte) []byte {
	return append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(body))), kind), body...)
}

func hello() []byte { return frame(1, []byte{'l', 'x', 'i', 'o', wire.Version, 0}) }

// works makes sure that an honest caller is served, soon enough not to be behind
// somebody's time-out.
func works(t *testing.T, h *host) {
	t.Helper()
	start := time.Now()
	if got := h.script(t, h.passing, "host echo served"); got != "served\n" {
		t.Errorf("got %q", got)
	}
	if took := time.Since(start); took > limit(5*time.Second) {
		t.Errorf("served after %v", took)
	}
}

// #9764's cause in code: the broker had one thread, and whoever connected and sent
// nothing stalled everybody.
func TestSilentAndHalfClientsStallNobody(t *testing.T) {
	h := serve(t, allowAll)
	for range 600 {
		raw(t, h)
	}
	works(t, h)
	for n := range 300 {
		conn := raw(t, h)
		half := append(hello(), frame(6, make([]byte, 1000))...)
		conn.Write(half[:1+n%(len(half)-1)])
	}
	works(t, h)
}

// Whatever a caller sends it is turned away, and gets no program.
func TestNonsenseIsTurnedAway(t *testing.T) {
	h := serve(t, allowAll)
	r := rand.New(rand.NewPCG(1, 2))
	huge := binary.LittleEndian.AppendUint32(nil, 1<<31)
	inputs := [][]byte{
		{}, hello(), append(hello(), hello()...), frame(6, nil), append(hello(), append(huge, 6)...),
		append(hello(), frame(6, nil)...), append(hello(), frame(13, make([]byte, 1000))...), append(hello(), frame(200, nil)...),
		append(hello(), frame(4, []byte{1, 1})...), []byte("GET / HTTP/1.1\r\n\r\n"), frame(1, []byte("lxio\xff\x00")),
	}
	for range 200 {
		body := make([]byte, r.IntN(200))
		for i := range body {
			body[i] = byte(r.Uint32())
		}
		inputs = append(inputs, append(hello(), frame(byte(r.IntN(20)), body)...))
	}
	for _, input := range inputs {
		conn := raw(t, h)
		conn.SetDeadline(time.Now().Add(limit(20 * time.Second)))
		conn.Write(input)
		conn.(*net.UnixConn).CloseWrite()
		if _, err := io.Copy(io.Discard, conn); os.IsTimeout(err) {
			t.Errorf("%.40q: no end", input)
		}
		conn.Close()
	}
	works(t, h)
	for _, e := range h.log(t) {
		if e.Event == "launch" && e.Program != "/usr/bin/echo" {
			t.Errorf("started: %+v", e)
		}
	}
}

func TestOtherVersionIsNamed(t *testing.T) {
	h := serve(t, allowAll)
	conn := raw(t, h)
	conn.Write(frame(1, []byte{'l', 'x', 'i', 'o', 9, 0}))
	answer, _ := io.ReadAll(conn)
	if !bytes.Contains(answer, []byte("version 9")) || !bytes.Contains(answer, []byte("this one 1")) {
		t.Errorf("got %q", answer)
	}
}

// A caller that does not read its program's output stops that program alone.
func TestCallerThatDoesNotRead(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		cmd := h.guest(t, address, "yes")
		pipe, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		io.ReadFull(pipe, make([]byte, 100))
		works(t, h)
		cmd.Process.Kill()
		cmd.Wait()
		eventually(t, "no program is left", func() bool { return h.server.Running() == 0 })
	})
}
