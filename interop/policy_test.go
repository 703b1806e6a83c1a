package interop

import (
	"cmp"
	"os"
	"path/filepath"
	"testing"
)

func TestDecide(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// A host with a multi-call binary, a folder by two names, and a folder that
	// an instance can write.
	for _, folder := range []string{"usr/bin", "home"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"usr/bin/busybox", "usr/bin/git", "home/git"} {
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"bin": "usr/bin", "usr/bin/ls": "busybox", "usr/bin/sh": "busybox", "home/ls": "../usr/bin/ls", "home/x": "../usr/bin/git"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	allow := func(program string, args ...string) Rule { return Rule{Action: Allow, Program: program, Args: args} }
	deny := func(program string, args ...string) Rule { return Rule{Action: Deny, Program: program, Args: args} }
	at := func(rule Rule, line int) Rule { rule.File, rule.Line = "f", line; return rule }
	inside := func(rule Rule) Rule { rule.Origin = Inside; return rule }

	for _, c := range []struct {
		name        string
		instance    string // translator:debian unless it is set
		admin, user []Rule
		origin      Origin
		program     string
		args        []string
		want        Action
		rule, exec  string
	}{
		{name: "typed, no rule", origin: Typed, program: "bin/git", want: Allow, rule: "default", exec: "bin/git"},
		{name: "inside, no rule", origin: Inside, program: "bin/git", want: Deny, rule: "default"},
		{name: "by path", user: []Rule{allow(dir + "/usr/bin/git")}, origin: Inside, program: "usr/bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "by the folder's other name", user: []Rule{allow(dir + "/bin/git")}, origin: Inside, program: "usr/bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "through the folder's other name", user: []Rule{allow(dir + "/usr/bin/git")}, origin: Inside, program: "bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "by pattern", user: []Rule{allow(dir + "/usr/*/g?t")}, origin: Inside, program: "bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "a star stays in its folder", user: []Rule{allow(dir + "/*/git")}, origin: Inside, program: "bin/git", want: Deny, rule: "default"},
		{name: "two stars do not", user: []Rule{allow(dir + "/**/git")}, origin: Inside, program: "bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "bare name is the host's", user: []Rule{allow("git")}, origin: Inside, program: "bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "bare name is nobody else's", user: []Rule{allow("git")}, origin: Inside, program: "home/git", want: Deny, rule: "default"},
		{name: "link to an allowed program runs that", user: []Rule{allow(dir + "/usr/bin/git")}, origin: Inside, program: "home/x", want: Allow, exec: "usr/bin/git"},
		{name: "an applet", user: []Rule{allow(dir + "/usr/bin/ls")}, origin: Inside, program: "usr/bin/ls", want: Allow, exec: "usr/bin/ls"},
		{name: "another applet of the same file", user: []Rule{allow(dir + "/usr/bin/ls")}, origin: Inside, program: "usr/bin/sh", want: Deny, rule: "default"},
		{name: "a shim for an applet", user: []Rule{allow(dir + "/usr/bin/ls")}, origin: Inside, program: "home/ls", want: Deny, rule: "default"},
		{name: "denied by name anywhere", user: []Rule{deny("git"), allow("")}, origin: Typed, program: "home/git", want: Deny},
		{name: "denied by what a link leads to", user: []Rule{deny("git"), allow("")}, origin: Typed, program: "home/x", want: Deny},
		{name: "first rule counts", user: []Rule{at(allow("git"), 1), at(deny("git"), 2)}, origin: Typed, program: "bin/git", want: Allow, rule: "f:1", exec: "bin/git"},
		{name: "arguments", user: []Rule{at(allow("git", "status", "**"), 1), at(deny("git"), 2)}, origin: Typed, program: "bin/git", args: []string{"status", "-s"}, want: Allow, rule: "f:1", exec: "bin/git"},
		{name: "other arguments", user: []Rule{at(allow("git", "status", "**"), 1), at(deny("git"), 2)}, origin: Typed, program: "bin/git", args: []string{"push"}, want: Deny, rule: "f:2"},
		{name: "an argument anywhere", user: []Rule{deny("git", "**", "--exec-path=*", "**")}, origin: Typed, program: "bin/git", args: []string{"a", "--exec-path=/x/y"}, want: Deny},
		{name: "no arguments", user: []Rule{{Action: Deny, Program: "git", Args: []string{}}}, origin: Typed, program: "bin/git", args: []string{"x"}, want: Allow, rule: "default", exec: "bin/git"},
		{name: "origin", user: []Rule{inside(deny(""))}, origin: Typed, program: "bin/git", want: Allow, rule: "default", exec: "bin/git"},
		{name: "instance", user: []Rule{{Action: Allow, Instance: "translator:*"}}, origin: Inside, program: "bin/git", want: Allow, exec: "usr/bin/git"},
		{name: "other instance", user: []Rule{{Action: Allow, Instance: "vm:*"}}, origin: Inside, program: "bin/git", want: Deny, rule: "default"},
		{name: "a change of root does not help", instance: UnknownInstance, user: []Rule{at(Rule{Action: Deny, Instance: "translator:*"}, 1), allow("")}, origin: Inside, program: "bin/git", want: Deny, rule: "f:1"},
		{name: "nor does it open anything", instance: UnknownInstance, user: []Rule{{Action: Allow, Instance: "translator:*"}}, origin: Inside, program: "bin/git", want: Deny, rule: "default"},
		{name: "what both rules looked at", admin: []Rule{allow(dir + "/usr/bin/git")}, user: []Rule{{Action: Ask}}, origin: Inside, program: "home/x", want: Ask, exec: "usr/bin/git"},
		{name: "the same the other way round", admin: []Rule{{Action: Ask}}, user: []Rule{allow(dir + "/usr/bin/git")}, origin: Inside, program: "home/x", want: Ask, exec: "usr/bin/git"},
		{name: "the user cannot widen", admin: []Rule{at(deny("git"), 1)}, user: []Rule{at(allow("git"), 2)}, origin: Inside, program: "bin/git", want: Deny, rule: "f:1"},
		{name: "nor answer for the administrator", admin: []Rule{at(Rule{Action: Ask}, 1)}, user: []Rule{at(allow("git"), 2)}, origin: Inside, program: "bin/git", want: Ask, rule: "f:1", exec: "usr/bin/git"},
		{name: "the user can narrow", admin: []Rule{at(allow("git"), 1)}, user: []Rule{at(deny("git"), 2)}, origin: Inside, program: "bin/git", want: Deny, rule: "f:2"},
		{name: "the administrator can open", admin: []Rule{at(allow("git"), 1)}, origin: Inside, program: "bin/git", want: Allow, rule: "f:1", exec: "usr/bin/git"},
	} {
		t.Run(c.name, func(t *testing.T) {
			program, err := Locate(filepath.Join(dir, c.program), "", "/")
			if err != nil {
				t.Fatal(err)
			}
			policy := &Policy{Admin: c.admin, User: c.user, Path: dir + "/bin"}
			got := policy.Decide(Launch{Origin: c.origin, Instance: cmp.Or(c.instance, "translator:debian"), Program: program, Args: c.args})
			exec := c.exec
			if exec != "" {
				exec = filepath.Join(dir, exec)
			}
			if got.Action != c.want || c.rule != "" && got.Rule.String() != c.rule || c.want != Deny && got.Exec != exec {
				t.Errorf("got %v by %v, %s", got.Action, got.Rule, got.Exec)
			}
		})
	}
}
