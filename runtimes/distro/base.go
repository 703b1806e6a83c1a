package distro

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Base is the name of the distro that comes with lxsh.
const Base = "base"

// Install makes a distro from what lxsh knows where to get. That is [Base].
func (s *Store) Install(ctx context.Context, name string, o Options) (Distro, error) {
	if name != Base {
		return Distro{}, fmt.Errorf("%s: no such distro to install (there is: %s; others by lxsh --import NAME FILE)", name, Base)
	}
	archive, err := baseArchive()
	if err != nil {
		return Distro{}, err
	}
	return s.Import(ctx, name, archive, o)
}

// baseArchive finds the archive that make builds: in share/lxsh beside the folder
// of the running program, or where packages put it.
func baseArchive() (string, error) {
	folders := []string{"/usr/local/share/lxsh", "/usr/share/lxsh"}
	if self, err := os.Executable(); err == nil {
		folders = append([]string{filepath.Join(filepath.Dir(self), "../share/lxsh")}, folders...)
	}
	for _, folder := range folders {
		file := filepath.Join(folder, "base.tar.gz")
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file, nil
		}
	}
	return "", fmt.Errorf("cannot install %s: base.tar.gz is not in %s (make builds it)", Base, strings.Join(folders, ", "))
}
