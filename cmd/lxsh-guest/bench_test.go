package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/lxsh/lxsh/interop/client"
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

// BenchmarkRelay is the throughput of streams through a monitor on this kernel.
func BenchmarkRelay(b *testing.B) {
	const size = 512 << 20
	h := serve(b, allowAll)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	for name, address := range map[string]string{"descriptors": h.passing, "streams": h.streams} {
		b.Run(name+"/out", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				r, w, err := os.Pipe()
				if err != nil {
					b.Fatal(err)
				}
				p, err := client.Start(context.Background(), address, &client.Command{
					Name: "/usr/bin/head", Argv: []string{"head", "-c", fmt.Sprint(size), "/dev/zero"}, Dir: "/", Files: []int{-1, int(w.Fd()), 2},
				})
				if err != nil {
					b.Fatal(err)
				}
				if address == h.passing {
					w.Close()
				}
				done := make(chan int64)
				go func() { n, _ := io.Copy(io.Discard, r); done <- n }()
				p.Wait(context.Background())
				p.Close()
				w.Close()
				if n := <-done; n != size {
					b.Fatal(n)
				}
				r.Close()
			}
		})
		b.Run(name+"/in", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				r, w, err := os.Pipe()
				if err != nil {
					b.Fatal(err)
				}
				go func() {
					zero := make([]byte, 64<<10)
					for range size / len(zero) {
						if _, err := w.Write(zero); err != nil {
							break
						}
					}
					w.Close()
				}()
				p, err := client.Start(context.Background(), address, &client.Command{
					Name: "/usr/bin/wc", Argv: []string{"wc", "-c"}, Dir: "/", Files: []int{int(r.Fd()), int(null.Fd()), 2},
				})
				if err != nil {
					b.Fatal(err)
				}
				p.Wait(context.Background())
				p.Close()
				r.Close()
			}
		})
	}
}
