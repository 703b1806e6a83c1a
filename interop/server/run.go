package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/translate"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// run starts a program for a caller and serves it until both are gone.
func (s *Server) run(conn *wire.Conn, c *caller, m *wire.Run) {
	files := conn.TakeFiles()
	defer func() { closeAll(files) }()
	_, launch := s.newLaunch(c, c.instance, m.Dir, m.Argv)
	refuse := func(refused *wire.Refused) {
		if err := launch.refuse(refused); err != nil {
			refused.Reason += "; " + err.Error()
		}
		conn.Send(refused)
	}
	if subtle.ConstantTimeCompare([]byte(c.token), []byte(m.Token)) != 1 {
		refuse(&wire.Refused{Why: wire.Denied, Name: m.Name, Reason: "the instance's token is missing or wrong", Rule: "token"})
		return
	}
	dir, err := c.paths.Open(m.Dir)
	if err != nil {
		refuse(refusal(m.Name, fmt.Errorf("cannot use the working directory: %w", err)))
		return
	}
	defer dir.Close()
	program, cmd, dropped, err := s.prepare(c, m)
	if err != nil {
		refuse(refusal(m.Name, err))
		return
	}
	// By its descriptor: the path may lead elsewhere by now.
	cmd.Dir = plugins.Dir{Path: m.Dir, File: descriptor(dir.Fd())}
	policy, err := s.config.Policy()
	if err != nil {
		refuse(refusal(m.Name, err))
		return
	}
	decision := policy.Decide(interop.Launch{Origin: c.origin, Instance: c.instance, Program: program, Args: tail(m.Argv)})
	launch.decided(decision, program)
	if decision.Action != interop.Allow {
		refuse(denied(m.Name, decision, program))
		return
	}
	if c.origin == interop.Inside {
		cmd.Argv = zeroth(cmd.Argv, decision.Exec)
	}
	if err := s.interpret(cmd, decision.Exec); err != nil {
		refuse(refusal(m.Name, err))
		return
	}
	streams, err := open(conn, m.Slots, files, cmd)
	if err != nil {
		refuse(refusal(m.Name, err))
		return
	}
	defer streams.close()
	if err := launch.begin(); err != nil {
		conn.Send(refusal(m.Name, err))
		return
	}
	process, err := s.config.Host.Start(context.Background(), cmd)
	streams.started()
	closeAll(files)
	files = nil
	if err != nil {
		refuse(refusal(m.Name, err))
		return
	}
	s.running.Add(1)
	defer s.running.Add(-1)
	launch.entry.Pid = process.Pid()
	accepted := &wire.Accepted{Pid: process.Pid(), Rule: decision.Rule.String(), Dropped: few(dropped)}
	session := &session{conn: conn, process: process, streams: streams}
	launch.end(session.run(accepted)) // the program has ended: whom could an error be told?
}

// prepare finds the program and fills in everything but what is executed, the
// working directory and the descriptors.
func (s *Server) prepare(c *caller, m *wire.Run) (interop.Program, *plugins.Command, []string, error) {
	fail := func(err error) (interop.Program, *plugins.Command, []string, error) {
		return interop.Program{}, nil, nil, err
	}
	name := m.Name
	if strings.Contains(name, "/") {
		if !filepath.IsAbs(name) {
			name = strings.TrimSuffix(m.Dir, "/") + "/" + name
		}
		file, err := c.paths.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			err = &plugins.StartError{Name: m.Name, Err: plugins.ErrNotFound}
		}
		if err != nil {
			return fail(err)
		}
		file.Close()
	}
	program, err := interop.Locate(name, s.path, m.Dir)
	if err != nil {
		return fail(err)
	}
	pass, err := s.config.Pass()
	if err != nil {
		return fail(err)
	}
	allowed := func(name string) bool {
		return slices.ContainsFunc(pass, func(pattern string) bool { return interop.Match(pattern, name, 0) })
	}
	env, dropped := translate.ToHost(s.config.Environ, m.Env, allowed, c.paths)
	return program, &plugins.Command{
		Argv: m.Argv, Env: env, Path: s.path,
		Group: plugins.GroupNew, Umask: m.Umask, Ignored: m.Ignored, Hangup: true,
	}, dropped, nil
}

// zeroth is the argument vector for a caller inside. Programs choose by their
// zeroth argument what they are (busybox, git-*) and where their libraries stand
// (python3), and no rule sees it: it is the name of what is executed.
func zeroth(argv []string, exec string) []string {
	if len(argv) == 0 || !strings.Contains(argv[0], "/") {
		exec = filepath.Base(exec)
	}
	return append([]string{exec}, tail(argv)...)
}

// interpret sets what is executed: the program, or Wine when it is a Windows
// program (it begins with MZ) and this host has Wine.
func (s *Server) interpret(cmd *plugins.Command, exec string) error {
	cmd.Name = exec
	windows, err := isWindows(exec)
	if err != nil || !windows {
		return err
	}
	wine, err := interop.Locate("wine", s.path, "/")
	if errors.Is(err, plugins.ErrNotFound) {
		return nil // the host's kernel may know what to do (binfmt_misc)
	}
	if err != nil {
		return err
	}
	cmd.Name = wine.Found
	cmd.Argv = slices.Concat([]string{"wine", exec}, tail(cmd.Argv))
	return nil
}

func isWindows(path string) (bool, error) {
	// Without blocking: it was a regular file when it was looked for.
	file, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == unix.EACCES {
		return false, nil // may be executed and not read: no script and no MZ
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	defer unix.Close(file)
	magic := make([]byte, 2)
	n, err := unix.Read(file, magic)
	return err == nil && string(magic[:n]) == "MZ", nil
}

func closeAll(files []int) {
	for _, file := range files {
		unix.Close(file)
	}
}
