package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"

	"golang.org/x/term"

	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/runtimes/distro/names"
	"github.com/lxsh/lxsh/shell"
)

// manage carries out a management option.
func manage(o *shell.Options) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	switch o.Verb {
	case shell.Status:
		return status(ctx, o.JSON)
	case shell.Shutdown:
		return attach.Shutdown(ctx)
	}
	store, err := distro.Open()
	if err != nil {
		return err
	}
	switch o.Verb {
	case shell.List:
		return list(store, o.JSON)
	case shell.Import:
		return install(ctx, store, o.Operands[0], o.Operands[1])
	case shell.Install:
		file, err := bundled(o.Operands[0])
		if err != nil {
			return err
		}
		return install(ctx, store, o.Operands[0], file)
	case shell.SetDefault:
		return store.SetDefault(o.Operands[0])
	case shell.Terminate:
		return terminate(ctx, store, o.Operands[0])
	case shell.Unregister:
		return unregister(ctx, store, o.Operands[0], o.Force)
	}
	return fmt.Errorf("--%s is not carried out anywhere", o.Verb)
}

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func list(store *distro.Store, asJSON bool) error {
	distros, err := store.List()
	if err != nil {
		return err
	}
	def, err := store.Default()
	if err != nil {
		return err
	}
	if asJSON {
		type entry struct {
			distro.Distro
			Default bool `json:"default"`
		}
		entries := []entry{}
		for _, d := range distros {
			entries = append(entries, entry{d, d.Name == def})
		}
		return printJSON(entries)
	}
	if len(distros) == 0 {
		fmt.Println("no distro is installed (lxsh --install base)")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  NAME\tSYSTEM\tARCH\tMB")
	for _, d := range distros {
		mark := " "
		if d.Name == def {
			mark = "*"
		}
		fmt.Fprintf(w, "%s %s\t%s\t%s\t%d\n", mark, d.Name, d.OS, d.Arch, (d.Size+999999)/1000000)
	}
	return w.Flush()
}

// install imports a distro, with a progress bar where somebody watches.
func install(ctx context.Context, store *distro.Store, name, source string) error {
	o := distro.Options{Stdin: os.Stdin}
	if term.IsTerminal(2) {
		o.Progress = newProgress(name)
		defer clearProgress()
	}
	d, err := store.Import(ctx, name, source, o)
	if err != nil {
		return err
	}
	for _, note := range d.Notes {
		fmt.Fprintln(os.Stderr, "lxsh: "+name+": "+note)
	}
	return nil
}

// bundled is the archive of a distro that comes with lxsh: beside the program, or
// where the system keeps it.
func bundled(name string) (string, error) {
	if err := names.Check(name); err != nil {
		return "", err
	}
	dirs := []string{"/usr/share/lxsh"}
	if exe, err := os.Executable(); err == nil {
		dirs = append([]string{filepath.Join(filepath.Dir(exe), "../share/lxsh")}, dirs...)
	}
	for _, dir := range dirs {
		file := filepath.Join(dir, name+".tar.gz")
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
	}
	return "", fmt.Errorf("no %s.tar.gz in %s (make builds base; other distros come by --import)", name, strings.Join(dirs, " or "))
}

func unregister(ctx context.Context, store *distro.Store, name string, force bool) error {
	if _, err := store.Get(name); err != nil {
		return err
	}
	if !force {
		if !term.IsTerminal(0) {
			return errors.New("--unregister removes all files of the distro (add --force to do so without being asked)")
		}
		fmt.Fprintf(os.Stderr, "Remove %s and all its files? [y/N] ", name)
		var answer string
		_, _ = fmt.Scanln(&answer)
		if a := strings.ToLower(answer); a != "y" && a != "yes" {
			return errors.New("nothing was removed")
		}
	}
	return store.Unregister(ctx, name)
}
