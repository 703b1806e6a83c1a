// Lxsh-guest is lxsh's helper inside an instance.
//
//	lxsh-guest host CMD ARG…   runs CMD on the host
//
// As the interpreter of binfmt_misc (flags PF) it runs a Windows program on the
// host. Its exit status is the program's, and it dies of the signal that the
// program died of.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/client"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

func main() { os.Exit(run(os.Args)) }

const usage = "usage: lxsh-guest host CMD [ARG...]\n"

func run(args []string) int {
	cmd, ok := command(args, preservesArgv0())
	if !ok {
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
	if err := complete(cmd); err != nil {
		return report(err, cmd.Name)
	}
	status, err := client.Run(context.Background(), address(), cmd)
	if err != nil {
		return report(err, cmd.Name)
	}
	if status.State == plugins.Signalled {
		unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // the core, if any, is the program's
		client.Raise(unix.Signal(status.Code))
	}
	return status.ExitCode()
}

// command reads the arguments. The kernel calls an interpreter with the file, the
// argv[0] of the caller, and the arguments (admin-guide/binfmt-misc.rst, flag P).
func command(args []string, binfmt bool) (*client.Command, bool) {
	switch {
	case binfmt && len(args) >= 3:
		return &client.Command{Name: args[1], Argv: args[2:]}, true
	case len(args) >= 3 && args[1] == "host":
		return &client.Command{Name: args[2], Argv: args[2:]}, true
	}
	return nil, false
}

// complete fills in what the program inherits.
func complete(cmd *client.Command) (err error) {
	if cmd.Dir, err = os.Getwd(); err != nil {
		return fmt.Errorf("working directory: %w (cd to one that exists)", err)
	}
	if cmd.Files, err = descriptors(); err != nil {
		return err
	}
	cmd.Env = os.Environ()
	cmd.Ignored = client.Ignored()
	mask := unix.Umask(0)
	unix.Umask(mask)
	cmd.Umask = uint32(mask)
	return nil
}

// socket is where an instance finds its way to the host.
const socket = "unix:/run/lxsh/interop.sock"

func address() string {
	if address := os.Getenv("LXSH_INTEROP"); address != "" {
		return address
	}
	return socket
}

// report tells why there is no status, and returns the shell's status for that.
func report(err error, name string) int {
	var refused *wire.Refused
	switch {
	case errors.As(err, &refused) && refused.Why == wire.NotFound:
		fmt.Fprintf(os.Stderr, "lxsh: %s: not found on the host\n", name)
		return refused.ExitCode()
	case errors.As(err, &refused):
		fmt.Fprintf(os.Stderr, "lxsh: %v\n", refused)
		return refused.ExitCode()
	case errors.Is(err, client.ErrLost):
		fmt.Fprintf(os.Stderr, "lxsh: %s: %v (it was hung up)\n", name, err)
		return 128 + int(unix.SIGHUP)
	}
	fmt.Fprintf(os.Stderr, "lxsh: %s: %v\n", name, err)
	return 126
}
