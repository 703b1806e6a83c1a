package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/runtimes/distro"
)

func status(ctx context.Context, asJSON bool) error {
	r, err := attach.Status(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(r)
	}
	if r.Daemon == nil {
		fmt.Println("lxshd does not run")
	} else {
		fmt.Printf("lxshd %s, pid %d, since %s\n", r.Daemon.Version, r.Daemon.Pid, r.Daemon.Since.Format(time.DateTime))
	}
	if len(r.Instances) == 0 {
		fmt.Println("no instance runs")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "INSTANCE\tSTATE\tSESSIONS\tPROCESSES\tPID")
	for _, i := range r.Instances {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", i.Name, i.State, i.Sessions, i.Processes, i.Pid)
		if i.Error != "" {
			fmt.Fprintf(w, "\t%s\n", i.Error)
		}
	}
	return w.Flush()
}

// terminate ends the instance NAME, which is RUNTIME:DISTRO or a distro: then all
// instances that run it end.
func terminate(ctx context.Context, store *distro.Store, name string) error {
	if runtime, d, ok := strings.Cut(name, ":"); ok {
		return attach.Terminate(ctx, runtime, d)
	}
	r, err := attach.Status(ctx)
	if err != nil {
		return err
	}
	found := false
	for _, i := range r.Instances {
		if runtime, d, _ := strings.Cut(i.Name, ":"); d == name {
			found = true
			if err := attach.Terminate(ctx, runtime, d); err != nil {
				return err
			}
		}
	}
	if !found {
		if _, err := store.Get(name); err != nil {
			return err
		}
		return fmt.Errorf("no instance of %s runs", name)
	}
	return nil
}
