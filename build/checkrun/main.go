// Command checkrun runs a command in empty user folders and fails when the
// command fails or leaves anything behind: a process, a mount, a socket or a
// file in the temporary folder.
//
//	checkrun COMMAND [ARGUMENT...]
//
// It is the parent that orphans fall to (PR_SET_CHILD_SUBREAPER), so a daemon
// that left its session and cleared its environment is found all the same.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: checkrun COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	os.Exit(run(os.Args[1:]))
}

// run returns the exit status: the command's own, or 1 when it left something.
func run(argv []string) int {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return complain("cannot adopt orphans: %v", err)
	}
	folder, environ, err := userFolders()
	if err != nil {
		return complain("cannot make user folders: %v", err)
	}
	defer os.RemoveAll(folder)

	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env, cmd.Stdout, cmd.Stderr = environ, os.Stdout, os.Stderr
	stop := make(chan os.Signal, 1)
	// What is caught here starts at its default in the command, also where this
	// was started by nohup: tests send themselves SIGHUP.
	signal.Notify(stop, unix.SIGHUP, unix.SIGINT, unix.SIGTERM)
	if err := cmd.Start(); err != nil {
		return complain("cannot start: %v", err)
	}
	go reapOrphans(cmd.Process.Pid)
	go func() {
		for s := range stop {
			cmd.Process.Signal(s)
		}
	}()
	status := 0
	if err := cmd.Wait(); err != nil {
		status = 1
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() > 0 {
			status = exit.ExitCode()
		}
		complain("%s: %v", argv[0], err)
	}

	left := leftProcesses(grace())
	left = append(left, leftMounts(folder)...)
	left = append(left, leftSockets(folder)...)
	left = append(left, leftFiles(filepath.Join(folder, "t"))...)
	for _, line := range left {
		status = complain("left behind: %s", line)
	}
	return status
}

// reapOrphans reaps the adopted children, except for the command itself, which
// has its own wait: a zombie would look alive to who asks by kill(2).
func reapOrphans(command int) {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	for range ended {
		for _, pid := range children(os.Getpid()) {
			if pid != command {
				unix.Wait4(pid, nil, unix.WNOHANG, nil)
			}
		}
	}
}

func complain(format string, args ...any) int {
	fmt.Fprintf(os.Stderr, "checkrun: "+format+"\n", args...)
	return 1
}

// userFolders makes the folders that stand for the user's own and returns the
// environment that names them. The path is short because socket paths end at 108
// bytes, and may be passed through because tests turn into other users.
func userFolders() (string, []string, error) {
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return "", nil, fmt.Errorf("go env GOCACHE: %w", err)
	}
	folder, err := os.MkdirTemp("/tmp", "lx")
	if err != nil {
		return "", nil, err
	}
	environ := append(os.Environ(), "GOCACHE="+strings.TrimSpace(string(cache)))
	for _, f := range []struct {
		variable, name string
		mode           os.FileMode
	}{
		{"", ".", 0o711},
		{"TMPDIR", "t", 0o777 | os.ModeSticky},
		{"XDG_RUNTIME_DIR", "r", 0o700},
		{"XDG_CONFIG_HOME", "config", 0o700},
		{"XDG_DATA_HOME", "data", 0o700},
		{"XDG_STATE_HOME", "state", 0o700},
		{"XDG_CACHE_HOME", "cache", 0o700},
	} {
		path := filepath.Join(folder, f.name)
		if err := os.MkdirAll(path, 0o700); err != nil {
			return "", nil, err
		}
		if err := os.Chmod(path, f.mode); err != nil {
			return "", nil, err
		}
		if f.variable != "" {
			environ = append(environ, f.variable+"="+path)
		}
	}
	return folder, environ, nil
}

// grace is how long orphans may take to end by themselves.
func grace() time.Duration {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil || scale <= 0 {
		scale = 1
	}
	return time.Duration(scale * float64(10*time.Second))
}
