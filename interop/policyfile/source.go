// Package policyfile reads the rules of interop: the administrator's file and the
// [interop] section of the user's config.toml.
package policyfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/plugins/config"
)

// Admin is the administrator's file.
const Admin = "/etc/lxsh/policy.toml"

// A Source is the policy in the two files as they are now. A file that cannot be
// read or understood is an error, on which nothing is run.
type Source struct {
	Admin string // path of the administrator's file
	User  string // path of config.toml
	Path  string // the host's PATH: rules with bare names mean what stands in its system folders

	mu          sync.Mutex
	admin, user stamp
	policy      *interop.Policy
	pass        []string
}

// Policy returns the rules of both files, read again when one of them changed.
func (s *Source) Policy() (*interop.Policy, error) {
	policy, _, err := s.load()
	return policy, err
}

// Pass returns the patterns of variables that instances may set for programs of
// the host ([interop] env in config.toml).
func (s *Source) Pass() ([]string, error) {
	_, pass, err := s.load()
	return pass, err
}

func (s *Source) load() (*interop.Policy, []string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	admin, err := stampOf(s.Admin)
	if err != nil {
		return nil, nil, err
	}
	user, err := stampOf(s.User)
	if err != nil {
		return nil, nil, err
	}
	if s.policy != nil && admin == s.admin && user == s.user {
		return s.policy, s.pass, nil
	}
	adminRules, err := loadAdmin(s.Admin)
	if err != nil {
		return nil, nil, err
	}
	c, err := config.LoadFile(s.User)
	if err != nil {
		return nil, nil, err
	}
	userRules, err := rules(c.File, c.Interop.Rules)
	if err != nil {
		return nil, nil, err
	}
	s.admin, s.user, s.pass = admin, user, c.Interop.Env
	s.policy = &interop.Policy{Admin: adminRules, User: userRules, Path: systemFolders(s.Path)}
	return s.policy, s.pass, nil
}

// rules turns what stands in a file into rules.
func rules(file string, written []config.Rule) ([]interop.Rule, error) {
	var list []interop.Rule
	for _, w := range written {
		rule := interop.Rule{Program: w.Program, Args: w.Args, Instance: w.Instance, File: file, Line: w.Line}
		var err error
		if rule.Action, err = interop.ParseAction(w.Action); err == nil && w.Origin != "" {
			rule.Origin, err = interop.ParseOrigin(w.Origin)
		}
		if err == nil && rule.Action != interop.Deny && !strings.Contains(rule.Program, "/") && strings.ContainsAny(rule.Program, "*?") {
			err = fmt.Errorf("program %q: a pattern that allows needs folders, such as /usr/bin/* (leave program out for all programs)", rule.Program)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", &rule, err)
		}
		list = append(list, rule)
	}
	return list, nil
}

// A stamp tells one state of a file from another. The time is that of the last
// change of its inode, which nobody can set.
type stamp struct {
	ino   uint64
	size  int64
	ctime syscall.Timespec
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return stamp{}, nil
	}
	if err != nil {
		return stamp{}, fmt.Errorf("policy: %w", err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	return stamp{stat.Ino, stat.Size, stat.Ctim}, nil
}
