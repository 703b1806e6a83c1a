package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows on standard error how much of a source has been read. (A library
// for it would link net/http, and every lxsh -c would pay for that.)
type progress struct {
	name       string
	size, done int64 // bytes; size is negative when it is not known
	shown      time.Time
}

func newProgress(name string) func(size int64) io.Writer {
	return func(size int64) io.Writer { return &progress{name: name, size: size} }
}

const barWidth = 30

func (p *progress) Write(b []byte) (int, error) {
	p.done += int64(len(b))
	if time.Since(p.shown) < 100*time.Millisecond {
		return len(b), nil
	}
	p.shown = time.Now()
	if p.size <= 0 {
		fmt.Fprintf(os.Stderr, "\r\x1b[Klxsh: %s: %d MB", p.name, p.done/1e6)
		return len(b), nil
	}
	full := int(min(p.done, p.size) * barWidth / p.size)
	bar := make([]byte, barWidth)
	for i := range bar {
		bar[i] = '.'
		if i < full {
			bar[i] = '#'
		}
	}
	fmt.Fprintf(os.Stderr, "\r\x1b[Klxsh: %s: [%s] %d of %d MB", p.name, bar, p.done/1e6, p.size/1e6)
	return len(b), nil
}

// clearProgress takes the bar off the screen.
func clearProgress() { fmt.Fprint(os.Stderr, "\r\x1b[K") }
