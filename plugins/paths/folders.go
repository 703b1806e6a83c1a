package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
)

// Config is the folder of config.toml.
func Config() (string, error) { return folder("XDG_CONFIG_HOME", ".config") }

// Data is the folder of the store.
func Data() (string, error) { return folder("XDG_DATA_HOME", ".local/share") }

// Cache is the folder of what can be made again.
func Cache() (string, error) { return folder("XDG_CACHE_HOME", ".cache") }

// State is the folder of logs and of the shell's history.
func State() (string, error) { return folder("XDG_STATE_HOME", ".local/state") }

// Log is the log file of the program name, in [State].
func Log(name string) (string, error) {
	dir, err := State()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, name+".log"), nil
}

// folder follows the XDG Base Directory Specification 0.8: a variable that is
// unset, empty or relative does not count.
func folder(variable, fallback string) (string, error) {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "lxsh"), nil
	}
	home, err := Home()
	if err != nil {
		return "", fmt.Errorf("%w (set HOME or %s)", err, variable)
	}
	return filepath.Join(home, fallback, "lxsh"), nil
}

// Home is $HOME, otherwise the folder that the user database names.
func Home() (string, error) {
	if home := os.Getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Clean(home), nil
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("cannot find the home folder: %w", err)
	}
	if !filepath.IsAbs(u.HomeDir) {
		return "", fmt.Errorf("cannot find the home folder: user %s has none", u.Username)
	}
	return u.HomeDir, nil
}

// Make creates dir and its parents, open to the user alone, and returns dir.
func Make(dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("cannot create %s: %w (%s)", dir, cause(err), remedy(err))
	}
	return dir, nil
}

// cause strips the operation and path that the message around it repeats.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
