package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A stage is what the rows need: programs, a warm instance of base, and a folder
// that is seen inside and outside at one path.
type stage struct {
	bin    string // our programs
	work   string // throw-away folder; the working directory of all peers
	root   string // root folder of base, for the peers that are given one
	micro  string // the program of the folder micro
	distro string // the user's own distro with a compiler; may be empty
	own    []string
}

func newStage(distro string) (*stage, error) {
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	s := &stage{bin: filepath.Join(here, "bin"), distro: distro, own: os.Environ()}
	if _, err := os.Stat(s.lxsh()); err != nil {
		return nil, fmt.Errorf("no lxsh to measure: %w (run make bench in the repository's root)", err)
	}
	if s.work, err = os.MkdirTemp("/tmp", "lxbench"); err != nil {
		return nil, err
	}
	for variable, name := range map[string]string{
		"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state",
		"XDG_CACHE_HOME": "cache", "XDG_RUNTIME_DIR": "run",
	} {
		path := filepath.Join(s.work, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			return nil, err
		}
		os.Setenv(variable, path)
	}
	// In the shared folder, where the instance may see it; static, so any root does.
	s.micro = filepath.Join(s.work, "shared", "micro")
	if err := os.Mkdir(s.shared(), 0o755); err != nil {
		return nil, err
	}
	build := exec.Command("go", "build", "-buildvcs=false", "-o", s.micro, "./bench/micro")
	build.Env = append(s.own, "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot build the micro benchmark: %w\n%s", err, out)
	}
	// The instance shares the folder that it is first used from.
	if err := os.Chdir(s.shared()); err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"--install", "base"}, {"-c", "true"}} {
		if out, err := exec.Command(s.lxsh(), args...).CombinedOutput(); err != nil {
			s.close()
			return nil, fmt.Errorf("lxsh %v: %w\n%s", args, err, out)
		}
	}
	roots, _ := filepath.Glob(filepath.Join(s.work, "data", "lxsh", "distros", "base", "rootfs"))
	if len(roots) == 1 {
		s.root = roots[0]
	}
	return s, nil
}

func (s *stage) lxsh() string   { return filepath.Join(s.bin, "lxsh") }
func (s *stage) shared() string { return filepath.Join(s.work, "shared") }

// close ends what the stage started and removes it.
func (s *stage) close() {
	exec.Command(s.lxsh(), "--shutdown").Run()
	exec.Command(s.lxsh(), "--unregister", "base", "--force").Run()
	os.Chdir("/")
	if err := os.RemoveAll(s.work); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
	}
}

// here is lxsh without an instance.
func (s *stage) here(args ...string) peer {
	return peer{name: "lxsh", argv: append([]string{s.lxsh()}, args...), env: []string{"LXSH_RUNTIME=local"}}
}

// inside is lxsh in the warm instance of base.
func (s *stage) inside(args ...string) peer {
	return peer{name: "lxsh", argv: append([]string{s.lxsh()}, args...)}
}

// shells is one script for each of several shells.
func (s *stage) shells(script string, names ...string) []peer {
	var peers []peer
	for _, name := range names {
		peers = append(peers, peer{name: name, argv: []string{name, "-c", script}})
	}
	return append(peers, s.here("-c", script))
}

// roots is a program, by its path in the distro or in the shared folder: native,
// in the root folder by PRoot and bubblewrap, and in the instance.
func (s *stage) roots(native, inside []string) []peer {
	return []peer{
		{name: "native", argv: native},
		s.inside(append([]string{"--distro", "base", "--"}, inside...)...),
		{name: "proot", argv: append([]string{"proot", "-r", s.root, "-b", "/proc", "-b", "/dev", "-b", s.work, "-w", s.shared()}, inside...)},
		{name: "bwrap", argv: append([]string{
			"bwrap", "--bind", s.root, "/", "--proc", "/proc", "--dev", "/dev", "--bind", s.work, s.work,
			"--unshare-user", "--unshare-pid", "--chdir", s.shared(),
		}, inside...)},
	}
}
