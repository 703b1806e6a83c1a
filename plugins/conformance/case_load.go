package conformance

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"

	"github.com/lxsh/lxsh/plugins"
)

// Much at once, and giving up.
var loadCases = []testCase{
	{name: "load-64-mib-both-ways", run: func(c *C) {
		const size = 64 << 20
		in, r := c.pipe(false)
		out, w := c.pipe(true)
		cmd := c.command(c.probes.copy)
		cmd.Files[0], cmd.Files[1] = r, w
		p := c.start(cmd)
		r.Close()
		w.Close()
		sent := make(chan [sha256.Size]byte, 1)
		go func() {
			sum := sha256.New()
			random := rand.NewChaCha8([32]byte{1})
			if _, err := io.CopyN(io.MultiWriter(in, sum), random, size); err != nil {
				c.Errorf("sending: %v", err)
			}
			in.Close()
			sent <- [sha256.Size]byte(sum.Sum(nil))
		}()
		sum := sha256.New()
		n, err := io.Copy(sum, out)
		if err != nil {
			c.Errorf("receiving: %v", err)
		}
		c.equal("bytes that came back", n, int64(size))
		c.equal("their checksum", [sha256.Size]byte(sum.Sum(nil)), <-sent)
		c.equal("exit status", c.wait(p).ExitCode(), 0)
	}},
	{name: "load-500-starts", run: func(c *C) {
		var all sync.WaitGroup
		for i := range 500 {
			cmd := c.script(fmt.Sprint("exit ", i%256))
			all.Go(func() {
				p, err := c.inst.Start(c.ctx, cmd)
				if err != nil {
					c.Errorf("start %d: %v", i, err)
					return
				}
				s, err := p.Wait(c.ctx)
				if err != nil || s.State != plugins.Exited || s.Code != i%256 {
					c.Errorf("process %d: %+v, %v", i, s, err)
				}
			})
		}
		all.Wait()
	}},
	{name: "load-start-cancelled", run: func(c *C) {
		ctx, cancel := context.WithCancel(c.ctx)
		cancel()
		p, err := c.inst.Start(ctx, c.script("exit 0"))
		if err == nil {
			p.Wait(c.ctx)
			c.Fatalf("a start whose context had ended went on")
		}
		if !errors.Is(err, context.Canceled) {
			c.Errorf("a cancelled start: %v, want %v", err, context.Canceled)
		}
		c.equal("status of the next", c.wait(c.start(c.script("exit 4"))).ExitCode(), 4)
	}},
}
