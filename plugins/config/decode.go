package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Decode reads the TOML text, which stands in the file path, into v. An unknown
// key is an error, for which known lists the keys of a table. (This library rather
// than BurntSushi's, since every shell reads the file: that one takes 0.1 ms to
// initialise, for the local time zone.)
func Decode(path, text string, v any, known func(table []string) []string) error {
	err := toml.NewDecoder(strings.NewReader(text)).DisallowUnknownFields().Decode(v)
	var unknown *toml.StrictMissingError
	var fault *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		key := unknown.Errors[0].Key()
		line, _ := unknown.Errors[0].Position()
		return fmt.Errorf("%s:%d: unknown key %q (remove or correct it; known here: %s)",
			path, line, strings.Join(key, "."), strings.Join(known(key[:len(key)-1]), ", "))
	case errors.As(err, &fault):
		line, _ := fault.Position()
		hint := "correct that line"
		if line >= strings.Count(strings.TrimRight(text, "\n"), "\n")+1 {
			hint = "is the file cut off?"
		}
		return fmt.Errorf("%s:%d: %s (%s)", path, line, strings.TrimPrefix(fault.Error(), "toml: "), hint)
	case err != nil:
		return fmt.Errorf("%s: %w (correct it)", path, err)
	}
	return nil
}
