package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/creack/pty"
	"github.com/lxsh/lxsh/plugins"
)

// Descriptors: every kind, any number, and nothing but those given.
var fileCases = []testCase{
	{name: "file-shared-offset", run: func(c *C) {
		path := filepath.Join(c.folder(), "out")
		out := c.open(path, syscall.O_RDWR|syscall.O_CREAT)
		out.Write([]byte("kit\n"))
		for i := range 2 {
			cmd := c.script(fmt.Sprintf("echo process %d", i))
			cmd.Files[1] = out
			c.equal("exit status", c.wait(c.start(cmd)).ExitCode(), 0)
		}
		out.Write([]byte("kit again\n"))
		c.content(path, "kit\nprocess 0\nprocess 1\nkit again\n")
		// The offset moves for the kit when a process reads, too.
		if _, err := syscall.Seek(out.Fd(), 4, 0); err != nil {
			c.Fatalf("seek: %v", err)
		}
		cmd := c.command(c.probes.copy)
		cmd.Files[0] = out
		c.equal("read from the offset", c.probe(cmd), "process 0\nprocess 1\nkit again\n")
		at, _ := syscall.Seek(out.Fd(), 0, 1)
		c.equal("offset after the process", at, int64(len("kit\nprocess 0\nprocess 1\nkit again\n")))
	}},
	{name: "file-append", run: func(c *C) {
		path := c.write(c.folder(), "out", "first\n", 0o644)
		cmd := c.script("echo second; echo third >&2")
		cmd.Files[1] = c.open(path, syscall.O_WRONLY|syscall.O_APPEND)
		cmd.Files[2] = c.open(path, syscall.O_WRONLY|syscall.O_APPEND)
		c.wait(c.start(cmd))
		c.content(path, "first\nsecond\nthird\n")
	}},
	{name: "file-null", run: func(c *C) {
		c.equal("read from /dev/null", c.probe(c.command(c.probes.copy)), "")
	}},
	{name: "file-pipe", run: func(c *C) {
		in, r := c.pipe(false)
		cmd := c.command(c.probes.copy)
		cmd.Files[0] = r
		go func() {
			fmt.Fprint(in, "through")
			in.Close()
		}()
		defer r.Close()
		c.equal("through a pipe", c.probe(cmd), "through")
	}},
	{name: "file-pipe-between", run: func(c *C) {
		var p [2]int
		if err := syscall.Pipe2(p[:], syscall.O_CLOEXEC); err != nil {
			c.Fatalf("pipe: %v", err)
		}
		first, second := c.script("echo one; echo two"), c.command(c.probes.copy)
		first.Files[1], second.Files[0] = fd(p[1]), fd(p[0])
		c.start(first)
		syscall.Close(p[1])
		out := c.probe(second)
		syscall.Close(p[0])
		c.equal("out of the pipeline", out, "one\ntwo\n")
	}},
	{name: "file-socket", run: func(c *C) {
		s, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
		if err != nil {
			c.Fatalf("socketpair: %v", err)
		}
		cmd := c.command(c.probes.copy)
		cmd.Files[0], cmd.Files[1] = fd(s[1]), fd(s[1])
		p := c.start(cmd)
		syscall.Close(s[1])
		syscall.Write(s[0], []byte("echo"))
		syscall.Shutdown(s[0], syscall.SHUT_WR)
		buf := make([]byte, 10)
		n, _ := syscall.Read(s[0], buf)
		syscall.Close(s[0])
		c.equal("back from the socket", string(buf[:max(n, 0)]), "echo")
		c.equal("exit status", c.wait(p).ExitCode(), 0)
	}},
	{name: "file-terminal", run: func(c *C) {
		master, slave, err := pty.Open()
		if err != nil {
			c.Skipf("no pseudo terminal here: %v", err)
		}
		defer master.Close()
		defer slave.Close()
		cmd := c.script("test -t 0 && test -t 7 && test ! -t 1 && echo terminal")
		tty := fd(slave.Fd())
		cmd.Files = append(cmd.Files, nil, nil, nil, nil, tty)
		cmd.Files[0] = tty
		out, _ := c.output(cmd)
		c.equal("test -t", out, "terminal\n")
	}},
	{name: "fd-sparse", run: func(c *C) { c.numbers(0, 1, 2, 7, 63, 100, 200) }},
	{name: "fd-closed", run: func(c *C) { c.numbers(1) }},
	{name: "fd-closed-output", run: func(c *C) { c.numbers(0, 1, 5) }},
	{name: "fd-order", run: func(c *C) {
		// The numbers there are those here in reverse, so that none can be
		// put into place before another was moved away.
		dir := c.folder()
		cmd := c.script("for i in 3 4 5 6 7 8 9; do eval \"echo $i >&$i\"; done")
		var files []fd
		for i := range 7 {
			files = append(files, c.open(filepath.Join(dir, fmt.Sprint(i)), syscall.O_WRONLY|syscall.O_CREAT))
		}
		for i := range files {
			cmd.Files = append(cmd.Files, files[len(files)-1-i])
		}
		c.wait(c.start(cmd))
		for i := range files {
			c.content(filepath.Join(dir, fmt.Sprint(i)), fmt.Sprintln(9-i))
		}
	}},
	{name: "fd-twice", run: func(c *C) {
		path := filepath.Join(c.folder(), "out")
		out := c.open(path, syscall.O_WRONLY|syscall.O_CREAT)
		cmd := c.script("echo out; echo err >&2; echo nine >&9")
		cmd.Files = []plugins.File{cmd.Files[0], out, out, 9: out}
		c.wait(c.start(cmd))
		c.content(path, "out\nerr\nnine\n")
	}},
	{name: "fd-stays-ours", run: func(c *C) {
		in, r := c.pipe(false)
		in.Close()
		before := descriptorFlags(r)
		cmd := c.command(c.probes.copy)
		cmd.Files[0] = r
		c.probe(cmd)
		c.equal("flags of our descriptor after the start", descriptorFlags(r), before)
		if err := r.Close(); err != nil {
			c.Errorf("our descriptor was closed by the start: %v", err)
		}
	}},
}

// numbers starts a process with exactly these descriptors (1 among them) and
// compares with what is open there.
func (c *C) numbers(open ...int) {
	cmd := c.command(c.probes.fds)
	cmd.Files = make([]plugins.File, open[len(open)-1]+1)
	want := [fdLimit]byte{}
	null := c.null()
	for _, n := range open {
		cmd.Files[n] = null
		want[n] = 1
	}
	got := c.probe(cmd)
	if len(got) != fdLimit {
		c.Fatalf("the probe wrote %d bytes", len(got))
	}
	c.equal("open descriptors", openNumbers(got), openNumbers(string(want[:])))
}

func openNumbers(set string) string {
	var list []string
	for i := range len(set) {
		if set[i] != 0 {
			list = append(list, fmt.Sprint(i))
		}
	}
	return strings.Join(list, " ")
}

func descriptorFlags(f fd) string {
	get := func(cmd uintptr) uintptr {
		flags, _, _ := syscall.Syscall(syscall.SYS_FCNTL, uintptr(f), cmd, 0)
		return flags
	}
	return fmt.Sprintf("F_GETFD %#x F_GETFL %#x", get(syscall.F_GETFD), get(syscall.F_GETFL))
}

// content compares a file of the host.
func (c *C) content(path, want string) {
	text, err := os.ReadFile(path)
	if err != nil {
		c.Errorf("%v", err)
		return
	}
	c.equal("content of "+filepath.Base(path), string(text), want)
}
