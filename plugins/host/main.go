package host

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
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
)

// A Resolver makes an instance's configuration of a request. Where it leaves
// State empty the host makes a folder.
type Resolver func(context.Context, control.OpenRequest) (plugins.InstanceConfig, error)

// Main is the program lxshd; it returns the exit status. See [Start] and [Serve]
// for what its two words do.
func Main(args []string, resolve Resolver) int {
	if len(args) != 1 {
		args = []string{""}
	}
	var err error
	switch args[0] {
	case "start":
		err = Start()
	case "run":
		err = Serve(resolve)
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

// Start runs the daemon as an orphan: nobody is left with a child to wait for.
func Start() error {
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

// Serve is the daemon with the user's configuration: it says on standard output
// when it is ready, or why not, and returns at its end.
func Serve(resolve Resolver) error {
	// Whatever the shell had open is not ours to keep: a lock or the write end
	// of a pipe would live as long as the daemon.
	if err := unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("cannot let go of inherited descriptors: %w", err)
	}
	path, err := paths.Log("lxshd")
	if err != nil {
		return err
	}
	log, err := OpenLog(path)
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
	// Caught and not ignored: what is ignored here would be in the plugins, which
	// are told by it that lxshd died.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	ready := func() {
		fmt.Println(attach.Ready)
		unix.Dup3(int(log.Fd()), 1, 0) // ends the wait of whoever started it
		unix.Dup3(int(log.Fd()), 2, 0)
		logger.Info("serving", "version", plugins.Version, "pid", os.Getpid())
	}
	return Run(ctx, Config{
		Resolve:      resolve,
		InstanceIdle: settings.Idle.Instance.Duration,
		DaemonIdle:   settings.Idle.Daemon.Duration,
		ConfigFile:   settings.File,
		Log:          logger,
	}, ready)
}
