package distro

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/distro/names"
)

// A Store is the folder of a user's distros. Its methods may be called from
// several processes at once.
type Store struct{ dir string }

// Open returns the user's store. It creates nothing.
func Open() (*Store, error) {
	dir, err := names.Store()
	if err != nil {
		return nil, err
	}
	return At(dir), nil
}

// At returns the store in dir, which need not exist.
func At(dir string) *Store { return &Store{dir} }

// Dir is the store's folder, for hiding it from instances.
func (s *Store) Dir() string { return s.dir }

// ErrUnknown is for a distro that is not in the store.
var ErrUnknown = names.ErrUnknown

// ErrInUse is for a distro that cannot be removed because an instance runs it.
var ErrInUse = errors.New("the distro is in use")

// ErrTaken is for a name that the store has already.
var ErrTaken = errors.New("the name is taken")

// List returns the distros, sorted by name. An entry that cannot be read is
// passed over; the error tells of it.
func (s *Store) List() ([]Distro, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var distros []Distro
	var failures []error
	for _, e := range entries {
		if !e.IsDir() || names.Check(e.Name()) != nil {
			continue
		}
		d, err := s.read(e.Name())
		if err != nil {
			failures = append(failures, err)
			continue
		}
		distros = append(distros, d)
	}
	return distros, errors.Join(failures...)
}

// Get returns the distro called name. The error names the known ones if there is
// no such distro (ErrUnknown).
func (s *Store) Get(name string) (Distro, error) {
	if err := names.Check(name); err != nil {
		return Distro{}, err
	}
	d, err := s.read(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, err
	}
	return Distro{}, names.Unknown(s.dir, name)
}

// Resolve returns the configuration of an instance of the distro: its name and
// root. An empty name is the default distro. The error is a [plugins.LackError]
// when this process cannot have the ids that the distro was unpacked with.
// A distro that was unpacked with one id goes over to this user's subordinate ids,
// if there are some by now.
func (s *Store) Resolve(name string) (plugins.InstanceConfig, error) {
	if name == "" {
		var err error
		if name, err = s.Default(); err != nil {
			return plugins.InstanceConfig{}, err
		}
		if name == "" {
			return plugins.InstanceConfig{}, fmt.Errorf("%w: no default is set (lxsh --install base, or lxsh --set-default NAME)", ErrUnknown)
		}
	}
	d, err := s.Get(name)
	if err != nil {
		return plugins.InstanceConfig{}, err
	}
	if err := s.checkIDs(d); err != nil {
		return plugins.InstanceConfig{}, err
	}
	return plugins.InstanceConfig{Distro: name, Root: s.root(name)}, nil
}

// Default returns the name of the default distro, empty if there is none.
func (s *Store) Default() (string, error) { return names.Default(s.dir) }

// SetDefault makes name the default distro.
func (s *Store) SetDefault(name string) error {
	if _, err := s.Get(name); err != nil {
		return err
	}
	return names.SetDefault(s.dir, name)
}

func (s *Store) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

func (s *Store) root(name string) string { return s.path(name, "rootfs") }

// writeFile replaces a small file as one step.
func writeFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	return err
}
