package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// A user is one set of user folders: config, data, state, cache, run, home, and
// work to work in. They lie in the temporary folder itself, for short socket
// paths.
type user struct {
	dir string
	env []string
}

func makeUser() (*user, error) {
	dir, err := os.MkdirTemp("", "lxu")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"home", "config", "data", "state", "cache", "run", "work"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return nil, err
		}
	}
	return &user{dir, []string{
		"HOME=" + dir + "/home",
		"XDG_CONFIG_HOME=" + dir + "/config",
		"XDG_DATA_HOME=" + dir + "/data",
		"XDG_STATE_HOME=" + dir + "/state",
		"XDG_CACHE_HOME=" + dir + "/cache",
		"XDG_RUNTIME_DIR=" + dir + "/run",
		"PATH=" + stage + "/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
		"LANG=C.UTF-8",
	}}, nil
}

// remove ends what runs for the user and removes the folders. The error tells
// what outlived the end. A distro's files may belong to other ids, so lxsh
// removes it.
func (u *user) remove() error {
	var errs []error
	for _, args := range [][]string{{"--shutdown"}, {"--unregister", "base", "--force"}} {
		ctx, cancel := context.WithTimeout(context.Background(), scaled(60*time.Second))
		defer cancel()
		u.command(ctx, args...).Run()
		if ctx.Err() != nil {
			errs = append(errs, fmt.Errorf("lxsh %v did not end", args))
		}
	}
	for _, line := range u.left() {
		errs = append(errs, errors.New("left behind: "+line))
	}
	return errors.Join(append(errs, os.RemoveAll(u.dir))...)
}

// command is lxsh in the user's work folder.
func (u *user) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, stage+"/bin/lxsh", args...)
	cmd.Env, cmd.Dir = u.env, filepath.Join(u.dir, "work")
	cmd.WaitDelay = time.Second // what it started may hold the output
	return cmd
}

// newUser makes a user for a test, with base installed.
func newUser(t *testing.T) *user {
	t.Helper()
	u, err := makeUser()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := u.remove(); err != nil {
			t.Error(err)
		}
	})
	u.must(t, "--install", "base")
	return u
}

// run runs lxsh and returns all that it wrote, and how it ended.
func (u *user) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), scaled(60*time.Second))
	defer cancel()
	out, err := u.command(ctx, args...).CombinedOutput()
	if ctx.Err() != nil {
		t.Errorf("lxsh %q did not end", args)
	}
	return string(out), err
}

// must is run for what has to succeed.
func (u *user) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := u.run(t, args...)
	if err != nil {
		t.Fatalf("lxsh %q: %v\n%s", args, err, out)
	}
	return out
}

// scaled stretches a time limit by LXSH_TEST_TIME_SCALE.
func scaled(d time.Duration) time.Duration {
	if f, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64); err == nil && f > 0 {
		return time.Duration(f * float64(d))
	}
	return d
}
