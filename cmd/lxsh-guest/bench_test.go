package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/interop/translate"
	"github.com/lxsh/lxsh/plugins"
)

// BenchmarkAuthorise is what a host command costs the user's shell beside the
// spawn itself.
func BenchmarkAuthorise(b *testing.B) {
	h := serve(b, allowAll)
	c := client.New(h.typed)
	defer c.Close()
	for b.Loop() {
		grant, err := c.Authorise(context.Background(), client.Request{Name: "true", Argv: []string{"true"}, Path: "/usr/local/bin:/usr/bin:/bin", Dir: "/"})
		if err != nil {
			b.Fatal(err)
		}
		grant.Started(1)
		grant.Ended(plugins.Status{State: plugins.Exited})
	}
}

// BenchmarkRun is a launch by the server, the process included.
func BenchmarkRun(b *testing.B) {
	h := serve(b, allowAll)
	for name, address := range map[string]string{"descriptors": h.passing, "streams": h.streams} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p, err := client.Start(context.Background(), address, &client.Command{Name: "/usr/bin/true", Argv: []string{"true"}, Dir: "/", Files: []int{0, 1, 2}})
				if err != nil {
					b.Fatal(err)
				}
				if status, err := p.Wait(context.Background()); err != nil || status.ExitCode() != 0 {
					b.Fatal(status, err)
				}
				p.Close()
			}
		})
	}
}

// direct is a listener on a Unix socket that does without descriptors, and answers
// as a monitor does: the streams' own cost, without a monitor's copies.
type direct struct{ net.Listener }

func (l direct) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(conn, make([]byte, len("CONNECT 52\n"))); err != nil {
		conn.Close()
		return nil, err
	}
	_, err = io.WriteString(conn, "OK 1\n")
	return struct{ net.Conn }{conn}, err
}

// BenchmarkRelay is the throughput of descriptors and of streams.
func BenchmarkRelay(b *testing.B) {
	const size = 512 << 20
	h := serve(b, allowAll)
	l, err := net.Listen("unix", filepath.Join(h.dir, "direct"))
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		ended <- h.server.Serve(ctx, direct{l}, server.Source{Instance: "vm:test", Paths: translate.Identity{}})
	}()
	defer func() { cancel(); <-ended }()
	for name, address := range map[string]string{"descriptors": h.passing, "streams": "hybrid:" + h.dir + "/direct:52", "monitor": h.streams} {
		for way, script := range map[string]string{
			"in":  "head -c %d /dev/zero | host wc -c",
			"out": "host head -c %d /dev/zero | wc -c",
		} {
			b.Run(name+"/"+way, func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					if out, err := h.shell(b, address, fmt.Sprintf(script, size)).Output(); err != nil || strings.TrimSpace(string(out)) != fmt.Sprint(size) {
						b.Fatalf("%q, %v", out, err)
					}
				}
			})
		}
	}
}
