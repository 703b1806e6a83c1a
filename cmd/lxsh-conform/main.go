// Command lxsh-conform holds a runtime to the contract of package plugins:
//
//	lxsh-conform [-json] [-only CASE] RUNTIME:DISTRO
//
// It opens the instance as lxsh does, by lxshd and the session socket, runs the
// cases of package plugins/conformance and prints what became of each. Nobody
// should be using the instance: it is ended and killed on the way. Exits 0 when
// no case failed, 1 when one did, 2 when none could be run.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/conformance"
	"github.com/lxsh/lxsh/plugins/paths"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	only := flag.String("only", "", "run this case alone")
	flag.Parse()
	runtime, distro, ok := strings.Cut(flag.Arg(0), ":")
	if !ok || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: lxsh-conform [-json] [-only CASE] RUNTIME:DISTRO")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	outcomes, err := check(ctx, runtime, distro, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lxsh-conform:", err)
		os.Exit(2)
	}
	print := printTable
	if *asJSON {
		print = printJSON
	}
	if err := print(os.Stdout, outcomes); err != nil {
		fmt.Fprintln(os.Stderr, "lxsh-conform:", err)
		os.Exit(2)
	}
	for _, o := range outcomes {
		if o.Result == conformance.Failed {
			os.Exit(1)
		}
	}
}

func check(ctx context.Context, runtime, distro, only string) ([]conformance.Outcome, error) {
	info, err := attach.Info(ctx, runtime)
	if err != nil {
		return nil, err
	}
	// The home folder is what every instance shares.
	home, err := paths.Home()
	if err != nil {
		return nil, err
	}
	shared, err := os.MkdirTemp(home, ".lxsh-conform")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(shared)
	return conformance.Check(ctx, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			return attach.Connect(ctx, runtime, distro)
		},
		Abilities: info.Abilities,
		Shared:    shared,
		Crash:     func() error { return crash(ctx, runtime+":"+distro) },
		Again:     func(string) []string { return append([]string{"/proc/self/exe"}, os.Args[1:]...) },
		Only:      only,
	})
}

// crash kills the instance's plugin.
func crash(ctx context.Context, name string) error {
	report, err := attach.Status(ctx)
	if err != nil {
		return err
	}
	for _, i := range report.Instances {
		if i.Name == name && i.Pid > 0 {
			return syscall.Kill(i.Pid, syscall.SIGKILL)
		}
	}
	return errors.New("no plugin runs")
}

func printJSON(w io.Writer, outcomes []conformance.Outcome) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(outcomes)
}

func printTable(w io.Writer, outcomes []conformance.Outcome) error {
	count := map[conformance.Result]int{}
	for _, o := range outcomes {
		count[o.Result]++
		if _, err := fmt.Fprintf(w, "%-8s %-28s %s\n", o.Result, o.Case, o.Ability); err != nil {
			return err
		}
		for _, note := range o.Notes {
			if _, err := fmt.Fprintln(w, "        ", strings.ReplaceAll(note, "\n", "\n         ")); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%d passed, %d failed, %d missing, %d skipped\n", count[conformance.Passed],
		count[conformance.Failed], count[conformance.Missing], count[conformance.Skipped])
	return err
}
