package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// A busybox is the program with what the licence asks to keep with it.
type busybox struct {
	program   []byte
	applets   []string // as paths from the root
	copyright []byte
	source    string // name and version of the package and its source
	time      time.Time
}

// docs is where Debian's package keeps its licence.
const docs = "usr/share/doc/busybox-static/"

// unwanted applets would stand in the way of the host's program, or are not for
// a distro that an lxsh runtime runs: its init, kernel and packages are not its own.
var unwanted = map[string]bool{
	"sh": true, "linuxrc": true, "init": true, "halt": true, "poweroff": true, "reboot": true,
	"getty": true, "login": true, "sulogin": true, "switch_root": true, "run-init": true,
	"dpkg": true, "dpkg-deb": true, "rpm": true,
}

// install puts the program and its applets, as links, into the tree.
func (b *busybox) install(t *tree) {
	t.file("bin/busybox", b.program, 0o755)
	for _, applet := range b.applets {
		if name := path.Base(applet); unwanted[name] || name == "busybox" || t.has(applet) {
			continue
		}
		t.link(applet, strings.Repeat("../", strings.Count(applet, "/"))+"bin/busybox")
	}
	t.file(docs+"copyright", b.copyright, 0o644)
	t.file(docs+"SOURCE", []byte(b.source), 0o644)
}

// findBusybox fetches Debian's package, or takes what is installed.
func findBusybox() (*busybox, error) {
	b, fetchErr := fetchBusybox()
	if fetchErr != nil {
		var err error
		if b, err = localBusybox(); err != nil {
			return nil, fmt.Errorf("no busybox: %w; %w (as root: apt-get update, or apt-get install busybox-static)", fetchErr, err)
		}
	}
	return b, nil
}

func fetchBusybox() (*busybox, error) {
	dir, err := os.MkdirTemp("", "lxsh-base-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := output(dir, "apt-get", "-q", "download", "busybox-static"); err != nil {
		return nil, err
	}
	debs, err := filepath.Glob(filepath.Join(dir, "busybox-static_*.deb"))
	if err != nil || len(debs) != 1 {
		return nil, fmt.Errorf("apt-get download left %d packages", len(debs))
	}
	fields, err := output(dir, "dpkg-deb", "-f", debs[0], "Package", "Version", "Source", "Architecture", "Built-Using", "Homepage")
	if err != nil {
		return nil, err
	}
	files, err := output(dir, "dpkg-deb", "--fsys-tarfile", debs[0])
	if err != nil {
		return nil, err
	}
	b := &busybox{source: string(fields)}
	archive := tar.NewReader(bytes.NewReader(files))
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(debs[0]), err)
		}
		switch path.Clean(h.Name) {
		case "bin/busybox", "usr/bin/busybox":
			b.time = h.ModTime
			b.program, err = io.ReadAll(archive)
		case docs + "copyright":
			b.copyright, err = io.ReadAll(archive)
		}
		if err != nil {
			return nil, err
		}
	}
	if b.program == nil || b.copyright == nil {
		return nil, fmt.Errorf("%s holds no busybox or no copyright file", filepath.Base(debs[0]))
	}
	program := filepath.Join(dir, "busybox")
	if err := os.WriteFile(program, b.program, 0o755); err != nil {
		return nil, err
	}
	return b, b.list(program)
}

// localBusybox takes a static busybox on PATH, with the licence of the Debian
// package if it is from one.
func localBusybox() (*busybox, error) {
	program, err := exec.LookPath("busybox")
	if err != nil {
		return nil, err
	}
	if err := checkStatic(program); err != nil {
		return nil, err
	}
	info, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	b := &busybox{time: info.ModTime()}
	if b.program, err = os.ReadFile(program); err != nil {
		return nil, err
	}
	banner, err := output("", program, "--help")
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(banner), "\n")
	b.source = first + "\nHomepage: https://busybox.net\n"
	if b.copyright, err = os.ReadFile("/" + docs + "copyright"); err != nil {
		b.copyright = []byte("BusyBox is licensed under the GNU General Public License, version 2.\nIts source is at https://busybox.net.\n")
	}
	return b, b.list(program)
}

func (b *busybox) list(program string) error {
	out, err := output("", program, "--list-full")
	if err != nil {
		return err
	}
	b.applets = strings.Fields(string(out))
	if len(b.applets) < 50 {
		return fmt.Errorf("%s has only %d applets", program, len(b.applets))
	}
	return nil
}

// output runs a program in dir; its error holds what it had to say.
func output(dir, program string, args ...string) ([]byte, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n"); line != "" {
			return nil, fmt.Errorf("%s: %s", program, line)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", program, err)
	}
	return out, nil
}

// checkStatic refuses a program that would need libraries in the distro.
func checkStatic(program string) error {
	f, err := elf.Open(program)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return fmt.Errorf("%s is not static (build it with CGO_ENABLED=0; busybox: install busybox-static)", program)
		}
	}
	return nil
}
