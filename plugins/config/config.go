package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lxsh/lxsh/plugins/paths"
)

// Config is config.toml with the defaults filled in.
type Config struct {
	File string `toml:"-"` // where it was read, or would be

	Runtime string   `toml:"runtime"`
	Engine  string   `toml:"engine"`
	Share   []string `toml:"share"` // absolute paths
	Env     []string `toml:"env"`
	Idle    Idle     `toml:"idle"`
	Interop Interop  `toml:"interop"`
}

// Idle says how long what nobody uses goes on.
type Idle struct {
	Instance Duration `toml:"instance"`
	Daemon   Duration `toml:"daemon"`
}

// A Duration is written as Go does: "90s", "1h30m".
type Duration struct{ time.Duration }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}

// Interop is the part for the interop plugin.
type Interop struct {
	Transport string            `toml:"transport"`
	Env       []string          `toml:"env"` // patterns: variables that instances may set for host programs
	Rules     []Rule            `toml:"rule"`
	Commands  map[string]string `toml:"commands"`
}

// Rule is one rule of the user's policy, as interop.Rule describes it.
type Rule struct {
	Action   string   `toml:"action"`
	Program  string   `toml:"program"`
	Args     []string `toml:"args"` // nil: any
	Origin   string   `toml:"origin"`
	Instance string   `toml:"instance"`
	Line     int      `toml:"-"` // of the rule's header in the file, from 1
}

// Load reads the user's file. A missing file gives the defaults; one that cannot
// be read or understood is an error that names the file, the line and a remedy.
func Load() (*Config, error) {
	dir, err := paths.Config()
	if err != nil {
		return nil, err
	}
	return LoadFile(filepath.Join(dir, "config.toml"))
}

// LoadFile is [Load] for a certain file.
func LoadFile(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot read the configuration: %w", err)
	}
	return Parse(path, string(text))
}

// Parse reads text, which stands in the file path.
func Parse(path, text string) (*Config, error) {
	c := &Config{
		File:    path,
		Share:   []string{"~"},
		Idle:    Idle{Instance: Duration{time.Minute}, Daemon: Duration{time.Minute}},
		Interop: Interop{Transport: "auto"},
	}
	if err := Decode(path, text, c, knownKeys); err != nil {
		return nil, err
	}
	for i, line := range linesOf(text, "[[interop.rule]]") {
		if i < len(c.Interop.Rules) {
			c.Interop.Rules[i].Line = line
		}
	}
	return c, c.check(text)
}
