package conformance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/lxsh/lxsh/plugins"
)

// What a process is told at its start: arguments, environment, directory.
var startCases = []testCase{
	{name: "argv-bytes", run: func(c *C) {
		c.argv(allBytes(), "", "a b", "", "-n", "*", "\n")
	}},
	{name: "argv-none", run: func(c *C) { c.argv() }},
	{name: "argv-many", run: func(c *C) {
		args := make([]string, 1000)
		for i := range args {
			args[i] = fmt.Sprint("argument ", i)
		}
		c.argv(args...)
	}},
	// The kernel takes 128 KiB an argument (MAX_ARG_STRLEN).
	{name: "argv-long", run: func(c *C) { c.argv(strings.Repeat("0123456789", 10_000)) }},
	{name: "argv-zero", run: func(c *C) {
		cmd := c.command(c.probes.args, "x")
		cmd.Argv[0] = "-other name"
		c.equal("arguments", c.probe(cmd), "-other name\x00x\x00")
	}},
	{name: "env-exact", run: func(c *C) {
		for _, env := range [][]string{
			{},
			{"A=1", "EMPTY=", "lower=x=y", "SPACE= a  b ", "BYTES=" + allBytes(), "LD_PRELOAD="},
			{"LXSH_RUNTIME=kept", "odd name.=1", "A=1", "A=2"},
		} {
			cmd := c.command(c.probes.env)
			cmd.Env = env
			want := ""
			for _, e := range env {
				want += e + "\x00"
			}
			c.equal("environment", c.probe(cmd), want)
		}
	}},
	{name: "env-large", run: func(c *C) {
		cmd := c.command(c.probes.env)
		want := ""
		for i := range 10 {
			e := fmt.Sprintf("V%d=%s", i, strings.Repeat("v", 100_000))
			cmd.Env = append(cmd.Env[:i:i], e)
			want += e + "\x00"
		}
		c.equal("environment", c.probe(cmd), want)
	}},
	{name: "env-too-large", run: func(c *C) {
		cmd := c.command(c.probes.env)
		cmd.Env = []string{"V=" + strings.Repeat("v", 200_000)}
		if err := c.refused(cmd); errors.Is(err, plugins.ErrNotFound) {
			c.Errorf("an environment over the kernel's limit is called %v", err)
		}
	}},
	{name: "dir-path", run: func(c *C) {
		dir := c.folder()
		cmd := c.script("pwd -P")
		cmd.Dir = plugins.Dir{Path: dir}
		out, _ := c.output(cmd)
		c.equal("directory", out, dir+"\n")
	}},
	{name: "dir-missing", run: func(c *C) {
		cmd := c.script("exit 0")
		cmd.Dir = plugins.Dir{Path: filepath.Join(c.folder(), "missing")}
		err := c.refused(cmd)
		// Anything but not found: the host must not be tried for it.
		if errors.Is(err, plugins.ErrNotFound) {
			c.Errorf("a missing directory is called %v", err)
		}
		if !errors.Is(err, os.ErrNotExist) {
			c.Errorf("a missing directory is called %v, which is no ENOENT", err)
		}
	}},
	{name: "dir-not-a-directory", run: func(c *C) {
		cmd := c.script("exit 0")
		cmd.Dir = plugins.Dir{Path: c.probes.args}
		if err := c.refused(cmd); errors.Is(err, plugins.ErrNotFound) {
			c.Errorf("a file as directory is called %v", err)
		}
	}},
	{name: "dir-descriptor", ability: plugins.AbilityFileSystem, run: func(c *C) {
		old := filepath.Join(c.folder(), "old")
		c.write(old, "file", "here\n", 0o644)
		dir, err := c.filesystem().OpenDir(c.ctx, plugins.Dir{Path: "/"}, old)
		if err != nil {
			c.Fatalf("open directory: %v", err)
		}
		defer dir.Close()
		if err := os.Rename(old, old+".new"); err != nil {
			c.Fatalf("%v", err)
		}
		cmd := c.script("read line <file && echo $line; pwd -P")
		cmd.Dir = plugins.Dir{Path: old, File: dir}
		out, _ := c.output(cmd)
		c.equal("in a renamed directory", out, "here\n"+old+".new\n")
	}},
}

// argv runs the program that tells its arguments.
func (c *C) argv(args ...string) {
	cmd := c.command(c.probes.args, args...)
	c.equal("arguments", c.probe(cmd), strings.Join(cmd.Argv, "\x00")+"\x00")
}

// allBytes is every byte that an argument can hold.
func allBytes() string {
	var b []byte
	for i := 1; i < 256; i++ {
		b = append(b, byte(i))
	}
	return string(b)
}
