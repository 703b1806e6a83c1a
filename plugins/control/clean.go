package control

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
)

// StateSuffix ends the name of an instance's own folder in the runtime folder.
const StateSuffix = ".state"

// Clean removes from the runtime folder dir what dead processes left. The caller
// makes sure that no lxshd runs.
func Clean(ctx context.Context, dir string) {
	for _, pattern := range []string{"plugin-dir*", "*.new", "host/*.sock"} {
		found, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range found {
			os.RemoveAll(path)
		}
	}
	found, _ := filepath.Glob(filepath.Join(dir, "*.sock"))
	for _, path := range found {
		w, err := session.Watch(ctx, path)
		switch {
		case err == nil:
			w.Hangup()
		case session.Gone(err):
			os.Remove(path)
		}
	}
	states, _ := filepath.Glob(filepath.Join(dir, "*"+StateSuffix))
	for _, path := range states {
		name := filepath.Base(path[:len(path)-len(StateSuffix)])
		if _, err := os.Lstat(paths.Socket(dir, name)); errors.Is(err, os.ErrNotExist) {
			os.RemoveAll(path)
		}
	}
}
