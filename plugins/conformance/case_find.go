package conformance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// Finding the program: the search, and the kinds of failure on which a shell
// chooses between 126, 127 and the host.
var findCases = []testCase{
	{name: "find-none", run: func(c *C) {
		c.refusedAs(plugins.ErrNotFound, c.command("lxsh-no-such-command"), "")
	}},
	{name: "find-none-in-odd-paths", run: func(c *C) {
		cmd := c.command("lxsh-no-such-command")
		// A missing folder, a file, and a name over NAME_MAX.
		cmd.Path = "/nonexistent:" + c.probes.args + ":/" + strings.Repeat("n", 300) + ":relative"
		c.refusedAs(plugins.ErrNotFound, cmd, "")
	}},
	{name: "find-slash-missing", run: func(c *C) {
		for _, name := range []string{"./missing", "/missing/program", c.probes.args + "/below"} {
			err := c.refused(c.command(name))
			if !errors.Is(err, plugins.ErrNotFound) && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
				c.Errorf("%s: %v", name, err)
			}
		}
	}},
	{name: "find-order", run: func(c *C) {
		dir := c.folder()
		c.write(dir, "a/tool", "#!/bin/sh\necho a\n", 0o755)
		c.write(dir, "b/tool", "#!/bin/sh\necho b\n", 0o755)
		c.found("b", dir+"/b:"+dir+"/a", dir)
		c.found("a", dir+"/none:"+dir+"/a:"+dir+"/b", dir)
	}},
	{name: "find-past-what-cannot-run", run: func(c *C) {
		// POSIX XCU 2.9.1.4 by way of execvp: no permission here, look there.
		dir := c.folder()
		c.write(dir, "plain/tool", "#!/bin/sh\necho plain\n", 0o644)
		c.write(dir, "directory/tool/x", "", 0o644)
		c.write(dir, "good/tool", "#!/bin/sh\necho good\n", 0o755)
		c.found("good", dir+"/plain:"+dir+"/directory:"+dir+"/good", dir)
		cmd := c.command("tool")
		cmd.Path = dir + "/none:" + dir + "/plain:" + dir + "/none"
		c.refusedAs(plugins.ErrNotExecutable, cmd, dir+"/plain/tool")
	}},
	{name: "find-empty-element", run: func(c *C) {
		dir := c.folder()
		c.write(dir, "tool", "#!/bin/sh\necho here\n", 0o755)
		for _, path := range []string{":/nonexistent", "/nonexistent:", "/nonexistent::/tmp/nonexistent", "."} {
			c.found("here", path, dir)
		}
	}},
	{name: "find-relative-element", run: func(c *C) {
		dir := c.folder()
		c.write(dir, "sub/tool", "#!/bin/sh\necho sub\n", 0o755)
		c.found("sub", "none:sub", dir)
	}},
	{name: "find-slash-relative", run: func(c *C) {
		dir := c.folder()
		c.write(dir, "sub/tool", "#!/bin/sh\necho \"$0\"\n", 0o755)
		cmd := c.command("sub/tool")
		cmd.Dir.Path = dir
		out, _ := c.output(cmd)
		c.equal("output", out, "sub/tool\n")
	}},
	{name: "find-script-arguments", run: func(c *C) {
		// The kernel puts interpreter, its one argument and the path before
		// the arguments (execve(2)).
		dir := c.folder()
		script := c.write(dir, "script", "#!"+c.probes.args+" -x y\n", 0o755)
		c.equal("arguments", c.probe(c.command(script, "", "z")),
			c.probes.args+"\x00-x y\x00"+script+"\x00\x00z\x00")
	}},
	{name: "find-not-executable", run: func(c *C) {
		file := c.write(c.folder(), "file", "#!/bin/sh\n", 0o644)
		c.refusedAs(plugins.ErrNotExecutable, c.command(file), file)
	}},
	{name: "find-directory", run: func(c *C) {
		dir := c.folder()
		c.refusedAs(plugins.ErrNotExecutable, c.command(dir), dir)
	}},
	{name: "find-bad-interpreter", run: func(c *C) {
		dir := c.folder()
		script := c.write(dir, "script", "#!/nonexistent/interpreter\n", 0o755)
		c.refusedAs(plugins.ErrInterpreter, c.command(script), script)
		// By a search it is no less an answer: the host is not asked.
		cmd := c.command("script")
		cmd.Path = dir
		c.refusedAs(plugins.ErrInterpreter, cmd, script)
	}},
	{name: "find-exec-format", run: func(c *C) {
		dir := c.folder()
		for name, text := range map[string]string{"text": "echo no first line\n", "empty": "", "binary": "\x7fELF\x00\x00"} {
			file := c.write(dir, name, text, 0o755)
			c.refusedAs(plugins.ErrExecFormat, c.command(file), file)
		}
	}},
}

// found runs "tool" by path from dir and compares what it says.
func (c *C) found(want, path, dir string) {
	cmd := c.command("tool")
	cmd.Path, cmd.Dir.Path = path, dir
	out, status := c.output(cmd)
	c.equal("tool found in "+path, out, want+"\n")
	c.equal("its exit status", status.ExitCode(), 0)
}

// refusedAs starts what cannot start and compares the kind of the error and the
// file that it names.
func (c *C) refusedAs(kind error, cmd *plugins.Command, path string) {
	err := c.refused(cmd)
	if !errors.Is(err, kind) {
		c.Errorf("%s: %v, want %v", cmd.Name, err, kind)
		return
	}
	start := (*plugins.StartError)(nil)
	if !errors.As(err, &start) {
		c.Errorf("%s: %v is no *plugins.StartError", cmd.Name, err)
		return
	}
	c.equal("name in the error", start.Name, cmd.Name)
	if start.Path != "" && filepath.Clean(start.Path) != path {
		c.Errorf("%s: path in the error: %q, want %q", cmd.Name, start.Path, path)
	}
}
