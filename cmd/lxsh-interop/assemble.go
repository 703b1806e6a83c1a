package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lxsh/lxsh/interop/audit"
	"github.com/lxsh/lxsh/interop/policyfile"
	"github.com/lxsh/lxsh/interop/server"
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/runtimes/local"
)

// assemble makes the user's server: programs start here, by the rules of the two
// policy files, and are written to audit.jsonl in the data folder.
func assemble(ctx context.Context) (*server.Server, error) {
	config, err := paths.Config()
	if err != nil {
		return nil, err
	}
	data, err := paths.Data()
	if err != nil {
		return nil, err
	}
	if data, err = paths.Make(data); err != nil {
		return nil, err
	}
	log, err := audit.Open(filepath.Join(data, "audit.jsonl"))
	if err != nil {
		return nil, err
	}
	host, err := local.Runtime{}.Open(ctx, plugins.InstanceConfig{Runtime: "local"})
	if err != nil {
		return nil, err
	}
	policy := &policyfile.Source{Admin: policyfile.Admin, User: filepath.Join(config, "config.toml"), Path: os.Getenv("PATH")}
	return server.New(server.Config{
		Host: host, Policy: policy.Policy, Pass: policy.Pass, Log: log, Environ: environ(os.Environ()),
	})
}

// environ is the host's base environment: the server's own without what go-plugin,
// lxsh and the shell that started it keep there for themselves.
func environ(own []string) []string {
	return slices.DeleteFunc(slices.Clone(own), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "PLUGIN_") || strings.HasPrefix(name, "LXSH_") ||
			slices.Contains([]string{"PWD", "OLDPWD", "SHLVL", "_"}, name)
	})
}
