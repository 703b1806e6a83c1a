// Command base builds the distro "base", a root file system that needs no
// network: busybox's tools, lxsh as its shell.
//
//	go run ./runtimes/distro/base -shell bin/lxsh -license LICENSE -o share/lxsh/base.tar.gz
//
// busybox is Debian's package busybox-static, fetched by apt-get download, which
// any user may call; without apt or its lists, a static busybox on PATH. Its
// licence and the name and version of its source go along. The same inputs give
// the same archive, byte for byte.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("o", "", "archive to write")
	shell := flag.String("shell", "", "static binary of lxsh, with lxsh-full beside it")
	license := flag.String("license", "", "licence of lxsh")
	flag.Parse()
	if *out == "" || *shell == "" || *license == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := build(*out, *shell, *license); err != nil {
		fmt.Fprintln(os.Stderr, "base:", err)
		os.Exit(1)
	}
}

// build writes the archive beside its place and then puts it there.
func build(out, shell, license string) error {
	shellData, err := readStatic(shell)
	if err != nil {
		return err
	}
	fullData, err := readStatic(shell + "-full")
	if err != nil {
		return err
	}
	licenseData, err := os.ReadFile(license)
	if err != nil {
		return err
	}
	box, err := findBusybox()
	if err != nil {
		return err
	}
	t := newTree(box.time)
	layout(t)
	t.file("bin/lxsh", shellData, 0o755)
	t.file("bin/lxsh-full", fullData, 0o755)
	t.link("bin/sh", "lxsh")
	t.file("usr/share/doc/lxsh/LICENSE", licenseData, 0o644)
	box.install(t)

	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".base-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = t.write(f)
	if e := f.Chmod(0o644); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), out)
}

// readStatic reads a program that needs no library of the distro.
func readStatic(file string) ([]byte, error) {
	if err := checkStatic(file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}
