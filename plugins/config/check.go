package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/plugins/paths"
)

// check refuses values that no part of lxsh could use, and makes paths absolute.
func (c *Config) check(text string) error {
	fault := func(key, format string, args ...any) error {
		return fmt.Errorf("%s:%d: %s: %s", c.File, lineOfKey(text, strings.Split(key, ".")), key, fmt.Sprintf(format, args...))
	}
	if strings.ContainsAny(c.Runtime, "/: \t") {
		return fault("runtime", "%q is no runtime's name", c.Runtime)
	}
	for i, dir := range c.Share {
		abs, err := expandHome(dir)
		if err != nil {
			return err
		}
		if !filepath.IsAbs(abs) {
			return fault("share", "%q is not an absolute path (begin it with / or ~)", dir)
		}
		c.Share[i] = filepath.Clean(abs)
	}
	for _, name := range c.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			return fault("env", "%q is no variable's name (give names without values)", name)
		}
	}
	if c.Idle.Instance.Duration < 0 || c.Idle.Daemon.Duration < 0 {
		return fault("idle", "a negative time (give one such as \"60s\")")
	}
	if !slices.Contains([]string{"auto", "unix", "vsock"}, c.Interop.Transport) {
		return fault("interop.transport", "unknown transport %q (auto, unix or vsock)", c.Interop.Transport)
	}
	for _, r := range c.Interop.Rules {
		if err := r.check(); err != nil {
			return fmt.Errorf("%s:%d: interop.rule: %w", c.File, r.Line, err)
		}
	}
	return nil
}

func (r *Rule) check() error {
	if !slices.Contains([]string{"allow", "deny", "ask"}, r.Action) {
		return fmt.Errorf("unknown action %q (allow, deny or ask)", r.Action)
	}
	if !slices.Contains([]string{"", "typed", "instance"}, r.Origin) {
		return fmt.Errorf("unknown origin %q (typed or instance)", r.Origin)
	}
	return nil
}

func expandHome(dir string) (string, error) {
	rest, ok := strings.CutPrefix(dir, "~")
	if !ok || rest != "" && rest[0] != '/' {
		return dir, nil
	}
	home, err := paths.Home()
	return home + rest, err
}
