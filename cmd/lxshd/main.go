// Lxshd is the per-user daemon that starts plugins and ends what nobody uses.
// lxsh starts it when it needs it:
//
//	lxshd start   starts the daemon in a session of its own and exits
//	lxshd run     is the daemon: prints "ready", or why not, and serves
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/config"
	"github.com/lxsh/lxsh/plugins/host"
	"github.com/lxsh/lxsh/plugins/paths"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) != 1 {
		args = []string{""}
	}
	var err error
	switch args[0] {
	case "start":
		err = start()
	case "run":
		err = serve()
	case "--version":
		fmt.Println("lxshd", plugins.Version)
	default:
		fmt.Fprintln(os.Stderr, "usage: lxshd start|run|--version (lxsh starts it by itself)")
		return 2
	}
	if err != nil {
		// Whoever started the daemon reads its standard output.
		fmt.Println(err)
		return 1
	}
	return 0
}

// start runs the daemon as an orphan: nobody is left with a child to wait for.
func start() error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find the own program: %w", err)
	}
	_, err = os.StartProcess(self, []string{"lxshd", "run"}, &os.ProcAttr{
		Dir: "/", Env: os.Environ(), Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	return err
}

func serve() error {
	// Whatever the shell had open is not ours to keep: a lock or the write end
	// of a pipe would live as long as the daemon.
	if err := unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("cannot let go of inherited descriptors: %w", err)
	}
	path, err := paths.Log("lxshd")
	if err != nil {
		return err
	}
	log, err := host.OpenLog(path)
	if err != nil {
		return err
	}
	settings, err := config.Load()
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(log, nil))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	signal.Ignore(syscall.SIGHUP)
	ready := func() {
		fmt.Println(attach.Ready)
		unix.Dup3(int(log.Fd()), 1, 0) // ends the wait of whoever started it
		unix.Dup3(int(log.Fd()), 2, 0)
		logger.Info("serving", "version", plugins.Version, "pid", os.Getpid())
	}
	return host.Run(ctx, host.Config{
		Resolve:      resolve,
		InstanceIdle: settings.Idle.Instance,
		DaemonIdle:   settings.Idle.Daemon,
		ConfigFile:   settings.File,
		Log:          logger,
	}, ready)
}
