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
	"github.com/lxsh/lxsh/runtimes/distro"
	"github.com/lxsh/lxsh/runtimes/local"
)

// assemble makes the user's server: programs start here, by the rules of the two
// policy files, and are written to audit.jsonl in the data folder.
func assemble(ctx context.Context, configFile string) (*server.Server, error) {
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
	policy := &policyfile.Source{Admin: policyfile.Admin, User: configFile, Path: os.Getenv("PATH")}
	return server.New(server.Config{
		Host: host, Policy: policy.Policy, Pass: policy.Pass, Log: log, Environ: environ(os.Environ()),
		InstanceOf: instanceOf,
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

// instanceOf finds the distro that has the root folder: on this kernel only the
// translator runs one.
func instanceOf(root os.FileInfo) string {
	store, err := distro.Open()
	if err != nil {
		return ""
	}
	installed, err := store.List()
	if err != nil {
		return ""
	}
	for _, d := range installed {
		config, err := store.Resolve(d.Name)
		if err != nil {
			continue // gone since it was listed
		}
		if info, err := os.Stat(config.Root); err == nil && os.SameFile(info, root) {
			return "translator:" + d.Name
		}
	}
	return ""
}
