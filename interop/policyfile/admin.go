package policyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/plugins/config"
)

// loadAdmin reads the administrator's file, which holds [[rule]] tables as
// config.toml's [[interop.rule]]. It must be root's and nobody else's to write,
// or it would not be the administrator's word.
func loadAdmin(path string) ([]interop.Rule, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if info.Sys().(*syscall.Stat_t).Uid != 0 || info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("%s: others than root may write it (chown root and chmod 0644)", path)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return parseAdmin(path, string(text))
}

func parseAdmin(path, text string) ([]interop.Rule, error) {
	var content struct {
		Rules []config.Rule `toml:"rule"`
	}
	known := func([]string) []string { return []string{"rule: action, program, args, origin, instance"} }
	if err := config.Decode(path, text, &content, known); err != nil {
		return nil, err
	}
	// The library tells no lines: the headers are counted. A table written in
	// another form has no line then.
	var lines []int
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.ReplaceAll(strings.TrimSpace(line), " ", "") == "[[rule]]" {
			lines = append(lines, i+1)
		}
	}
	if len(lines) == len(content.Rules) {
		for i := range content.Rules {
			content.Rules[i].Line = lines[i]
		}
	}
	return rules(path, content.Rules)
}
