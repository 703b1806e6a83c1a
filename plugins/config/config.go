package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

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
	Instance time.Duration `toml:"instance"`
	Daemon   time.Duration `toml:"daemon"`
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
		Idle:    Idle{Instance: time.Minute, Daemon: time.Minute},
		Interop: Interop{Transport: "auto"},
	}
	meta, err := toml.Decode(text, c)
	if err != nil {
		return nil, decodeError(path, text, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, fmt.Errorf("%s:%d: unknown key %q (remove or correct it; known here: %s)",
			path, lineOfKey(text, key), key, strings.Join(knownKeys(key[:len(key)-1]), ", "))
	}
	for i, line := range linesOf(text, "[[interop.rule]]") {
		if i < len(c.Interop.Rules) {
			c.Interop.Rules[i].Line = line
		}
	}
	return c, c.check(text)
}

// decodeError keeps the library's words and gives the line in one form.
func decodeError(path, text string, err error) error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		// A value of the wrong type has its place in the text alone:
		// toml: line 1 (last key "runtime"): incompatible types: …
		var line int
		if n, _ := fmt.Sscanf(err.Error(), "toml: line %d", &line); n == 1 {
			_, why, _ := strings.Cut(err.Error(), "last key ")
			return fmt.Errorf("%s:%d: %s (correct that line)", path, line, strings.Replace(why, ")", "", 1))
		}
		return fmt.Errorf("%s: %w (correct it)", path, err)
	}
	why := parse.Message
	if why == "" {
		why = strings.TrimPrefix(parse.Error(), "toml: ")
	}
	hint := "correct that line"
	if parse.Position.Line >= strings.Count(strings.TrimRight(text, "\n"), "\n")+1 {
		hint = "is the file cut off?"
	}
	return fmt.Errorf("%s:%d: %s (%s)", path, parse.Position.Line, why, hint)
}
