package conformance

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/lxsh/lxsh/plugins"
)

// The smaller abilities.
var abilityCases = []testCase{
	{name: "spawner-children", ability: plugins.AbilitySpawner, run: func(c *C) {
		p := c.blocked(nil)
		if _, ok := p.(plugins.Child); !ok {
			c.Fatalf("%T is no plugins.Child", p)
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Pid()))
		if err != nil {
			c.Fatalf("%v", err)
		}
		// proc(5), field 4, after the name in brackets.
		_, rest, _ := strings.Cut(string(stat), ") ")
		c.equal("parent", strings.Fields(rest)[1], fmt.Sprint(os.Getpid()))
	}},
	{name: "spawner-join", ability: plugins.AbilitySpawner, run: func(c *C) {
		spawner, ok := c.inst.(plugins.Spawner)
		if !ok {
			c.Fatalf("the runtime advertises %s, but the instance is no plugins.Spawner", plugins.AbilitySpawner)
		}
		for range 2 { // the files are the caller's, so each call gives new ones
			join, err := spawner.Join(c.ctx)
			if err != nil {
				c.Fatalf("join: %v", err)
			}
			if len(join.Filter) > 0 != (join.Listener != nil) {
				c.Errorf("a filter of %d bytes, and listener %v", len(join.Filter), join.Listener)
			}
			for kind, file := range join.Spaces {
				if err := file.Close(); err != nil {
					c.Errorf("name space %#x: %v", kind, err)
				}
			}
			if join.Listener != nil {
				join.Listener.Close()
			}
		}
	}},
	{name: "environ", ability: plugins.AbilityEnviron, run: func(c *C) {
		e, ok := c.inst.(plugins.Environ)
		if !ok {
			c.Fatalf("the runtime advertises %s, but the instance is no plugins.Environ", plugins.AbilityEnviron)
		}
		env, err := e.Environ(c.ctx)
		if err != nil {
			c.Fatalf("environ: %v", err)
		}
		seen := map[string]string{}
		for _, entry := range env {
			name, value, ok := strings.Cut(entry, "=")
			if _, twice := seen[name]; !ok || name == "" || twice {
				c.Errorf("environment entry %q", entry)
			}
			seen[name] = value
		}
		if seen["PATH"] == "" {
			c.Errorf("no PATH in %q", env)
		}
		cmd := c.command("sh", "-c", "exit 7")
		cmd.Env, cmd.Path = env, seen["PATH"]
		c.equal("status of sh found by that PATH", c.wait(c.start(cmd)).ExitCode(), 7)
	}},
	{name: "lookpath", ability: plugins.AbilityLookPath, run: func(c *C) {
		l, ok := c.inst.(plugins.LookPath)
		if !ok {
			c.Fatalf("the runtime advertises %s, but the instance is no plugins.LookPath", plugins.AbilityLookPath)
		}
		dir := c.folder()
		tool := c.write(dir, "sub/tool", "#!/bin/sh\n", 0o755)
		c.write(dir, "plain/tool", "", 0o644)
		at := plugins.Dir{Path: dir}
		found, err := l.LookPath(c.ctx, at, dir+"/plain:"+dir+"/sub", "tool")
		c.equal("found", fmt.Sprint(found, err), fmt.Sprint(tool, nil))
		if sh, err := l.LookPath(c.ctx, at, searchPath, "sh"); err != nil || !path.IsAbs(sh) {
			c.Errorf("sh: %q, %v", sh, err)
		}
		if _, err := l.LookPath(c.ctx, at, searchPath, "lxsh-no-such-command"); !errors.Is(err, plugins.ErrNotFound) {
			c.Errorf("a missing command: %v, want %v", err, plugins.ErrNotFound)
		}
	}},
}
