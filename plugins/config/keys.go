package config

import (
	"reflect"
	"strings"
)

// lineOfKey finds the line, from 1, on which key is written. The library does
// not tell, and a plain search suffices for a message: the key's last part, at
// the start of a line below the header of its table.
func lineOfKey(text string, key []string) int {
	table, last := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
	current, header := "", 1
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			current = strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t")
			if current == strings.Join(key, ".") {
				return i + 1
			}
			if current == table {
				header = i + 1
			}
			continue
		}
		name, _, found := strings.Cut(line, "=")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		if found && (current == table && name == last || current == "" && name == strings.Join(key, ".")) {
			return i + 1
		}
	}
	return header
}

// linesOf lists the lines, from 1, that are header.
func linesOf(text, header string) []int {
	var list []int
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.ReplaceAll(line, " ", ""), header) {
			list = append(list, i+1)
		}
	}
	return list
}

// knownKeys lists the keys of a table.
func knownKeys(table []string) []string {
	t := reflect.TypeFor[Config]()
	for _, name := range table {
		found := false
		for i := range t.NumField() {
			if t.Field(i).Tag.Get("toml") == name {
				t, found = t.Field(i).Type, true
				break
			}
		}
		if t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if !found || t.Kind() != reflect.Struct {
			return nil
		}
	}
	var list []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("toml"); name != "-" {
			list = append(list, name)
		}
	}
	return list
}
