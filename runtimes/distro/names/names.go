// Package names is what a shell must know of distros at every start: what they can
// be called, and which is the default one. The rest of package distro costs time to
// initialise.
package names

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/plugins/paths"
)

// Link is the name of a store's link to its default distro. A link is read in one
// system call and replaced in one step.
const Link = ".default"

// Store is the folder of the user's store, which need not exist.
func Store() (string, error) {
	data, err := paths.Data()
	if err != nil {
		return "", err
	}
	return filepath.Join(data, "distros"), nil
}

// Default returns the name of the default distro of the store in dir, empty if
// there is none.
func Default(dir string) (string, error) {
	link := filepath.Join(dir, Link)
	name, err := os.Readlink(link)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err == nil {
		err = Check(name)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w (lxsh --set-default NAME writes it anew)", link, err)
	}
	return name, nil
}

// SetDefault makes name the default distro of the store in dir.
func SetDefault(dir, name string) error {
	next := filepath.Join(dir, Link+"-"+strconv.Itoa(os.Getpid()))
	os.Remove(next) // of a dead process with this number
	if err := os.Symlink(name, next); err != nil {
		return err
	}
	err := os.Rename(next, filepath.Join(dir, Link))
	if err != nil {
		os.Remove(next)
	}
	return err
}

// Check reports whether name can be a distro's: 1 to 64 letters, digits,
// dots, dashes, underscores and pluses of which the first is a letter or digit.
func Check(name string) error {
	if name == "" {
		return errors.New("a distro's name must not be empty")
	}
	if len(name) > 64 {
		return fmt.Errorf("%.20q…: a distro's name has at most 64 characters", name)
	}
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && (i == 0 || c != '.' && c != '-' && c != '_' && c != '+') {
			return fmt.Errorf("%q: a distro's name is made of letters, digits, '.', '-', '_' and '+', and begins with a letter or digit", name)
		}
	}
	return nil
}

// ErrUnknown is for a distro that is not in the store.
var ErrUnknown = errors.New("no such distro")

// Find reports whether the store in dir has a distro called name: by its folder,
// which comes into being with all that is in it.
func Find(dir, name string) error {
	if err := Check(name); err != nil {
		return err
	}
	_, err := os.Stat(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return Unknown(dir, name)
	}
	return err
}

// Unknown is the error for a distro that the store in dir does not have. It tells
// which ones there are.
func Unknown(dir, name string) error {
	entries, _ := os.ReadDir(dir) // sorted
	var known []string
	for _, e := range entries {
		if e.IsDir() && Check(e.Name()) == nil {
			known = append(known, e.Name())
		}
	}
	if len(known) == 0 {
		return fmt.Errorf("%s: %w: none is installed (lxsh --install base, or lxsh --import NAME FILE)", name, ErrUnknown)
	}
	return fmt.Errorf("%s: %w (there are: %s)", name, ErrUnknown, strings.Join(known, ", "))
}
