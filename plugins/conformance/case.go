package conformance

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/lxsh/lxsh/plugins"
)

// caseLimit is how long a case may take on an idle machine.
const caseLimit = 60 * time.Second

// C is what a case works with: the instance and a place to complain. Its
// methods may be called from several goroutines, Fatalf and Skipf only from the
// case's own.
type C struct {
	*kit
	ctx context.Context // ends with the case's time limit

	mu      sync.Mutex
	notes   []string
	failed  bool
	skipped bool
	undo    []func()
}

func (c *C) note(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// Errorf fails the case, which goes on.
func (c *C) Errorf(format string, args ...any) {
	c.note(format, args...)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = true
}

// Fatalf fails and ends the case.
func (c *C) Fatalf(format string, args ...any) {
	c.Errorf(format, args...)
	runtime.Goexit()
}

// Skipf ends a case that cannot be tried here and says why.
func (c *C) Skipf(format string, args ...any) {
	c.note(format, args...)
	c.skipped = true
	runtime.Goexit()
}

// cleanup runs f when the case has ended, the last first.
func (c *C) cleanup(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.undo = append(c.undo, f)
}

// try runs one case in a goroutine of its own, so that one that hangs is left
// behind: its context ends, and the next case gets a new instance.
func (k *kit) try(ctx context.Context, tc testCase) Outcome {
	out := Outcome{Case: tc.name, Ability: tc.ability, Result: Passed}
	if tc.ability != "" && !slices.Contains(k.Abilities, tc.ability) {
		out.Result = Missing
		out.Notes = []string{"the runtime does not advertise " + tc.ability}
		return out
	}
	if why := k.Without[tc.name]; why != "" {
		out.Result, out.Notes = Missing, []string{why}
		return out
	}
	begin := time.Now()
	if err := k.ready(ctx); err != nil {
		out.Result, out.Notes = Failed, []string{err.Error()}
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, scaled(caseLimit))
	defer cancel()
	c := &C{kit: k, ctx: ctx}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer c.tidy()
		defer func() {
			if r := recover(); r != nil {
				c.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		tc.run(c)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		// What heeds its context still says what it was waiting for.
		select {
		case <-ended:
		case <-time.After(scaled(5 * time.Second)):
		}
		c.Errorf("did not end within %v", scaled(caseLimit))
		k.inst = nil
	}
	if tc.ends {
		k.inst = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Notes = slices.Clone(c.notes)
	switch {
	case c.failed:
		out.Result = Failed
	case c.skipped:
		out.Result = Skipped
	}
	out.Took = time.Since(begin)
	return out
}

// tidy undoes what the case set up.
func (c *C) tidy() {
	for {
		c.mu.Lock()
		n := len(c.undo)
		if n == 0 {
			c.mu.Unlock()
			return
		}
		f := c.undo[n-1]
		c.undo = c.undo[:n-1]
		c.mu.Unlock()
		f()
	}
}

// filesystem is the instance's ability, which its runtime advertises.
func (c *C) filesystem() plugins.FileSystem {
	f, ok := c.inst.(plugins.FileSystem)
	if !ok {
		c.Fatalf("the runtime advertises %s, but the instance is no plugins.FileSystem", plugins.AbilityFileSystem)
	}
	return f
}
