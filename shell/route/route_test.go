package route

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
)

func TestCarry(t *testing.T) {
	host := map[string]string{"PATH": "/host", "HOME": "/home/me", "LANG": "de", "LD_PRELOAD": "x.so", "MINE": "1"}
	base := map[string]string{"PATH": "/inside", "HOME": "/root", "FLAVOUR": "plain"}
	r := &router{env: host}
	inside := []string{"PATH=/inside", "HOME=/root", "FLAVOUR=plain", "LANG=de", "MINE=1"}
	for _, c := range []struct {
		name     string
		from, to map[string]string
		env      []string
		want     []string
		path     string
	}{
		{"into an instance", nil, base, []string{"PATH=/host", "HOME=/home/me", "LANG=de", "LD_PRELOAD=x.so", "MINE=2"},
			[]string{"FLAVOUR=plain", "HOME=/root", "LANG=de", "MINE=2", "PATH=/inside"}, "/inside"},
		{"what the user set stays", nil, base, []string{"PATH=/mine", "HOME=/other", "FLAVOUR=odd"},
			[]string{"FLAVOUR=odd", "HOME=/other", "PATH=/mine"}, "/mine"},
		{"back to the host", base, nil, inside,
			[]string{"HOME=/home/me", "LANG=de", "LD_PRELOAD=x.so", "MINE=1", "PATH=/host"}, "/host"},
		{"from one instance to another", base, map[string]string{"PATH": "/there", "HOME": "/there"}, inside,
			[]string{"FLAVOUR=plain", "HOME=/there", "LANG=de", "MINE=1", "PATH=/there"}, "/there"},
		{"on the host", nil, nil, []string{"PATH=/mine", "MINE=1"},
			[]string{"LD_PRELOAD=x.so", "MINE=1", "PATH=/mine"}, "/mine"},
	} {
		path := ""
		for _, kv := range c.env {
			if len(kv) > 5 && kv[:5] == "PATH=" {
				path = kv[5:]
			}
		}
		env, path := r.carry(c.from, c.to, &plugins.Command{Env: c.env, Path: path})
		if slices.Sort(env); !slices.Equal(env, c.want) || path != c.path {
			t.Errorf("%s: got %q and %q, want %q and %q", c.name, env, path, c.want, c.path)
		}
	}
}

func TestNear(t *testing.T) {
	names := []string{"git", "gi", "gits", "get", "cat", "gitt", "tig"}
	for name, want := range map[string][]string{
		"gti": {"gi", "git"}, "gut": {"get", "git"}, "gita": {"git", "gits", "gitt"}, "it": {"git"}, "g": nil, "cat": nil, "zzz": nil,
	} {
		if got := near(name, names); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// permissive is a host that allows everything under one name.
type permissive struct{ ended chan plugins.Status }

func (p permissive) Authorise(_ context.Context, r HostRequest) (HostGrant, error) {
	if r.Name != "allowed" {
		return nil, &plugins.StartError{Name: r.Name, Err: plugins.ErrNotFound}
	}
	return p, nil
}
func (permissive) Path() string             { return "/bin/true" }
func (permissive) Rule() string             { return "default" }
func (permissive) Started(int)              {}
func (p permissive) Ended(s plugins.Status) { p.ended <- s }

type onlyHost struct{ host Host }

func (onlyHost) Default(string, string) (string, string, error) { return localName, "", nil }
func (onlyHost) Check(string, string) error                     { return nil }
func (onlyHost) Open(context.Context, string, string) (plugins.Instance, error) {
	return nil, errors.New("no plugin")
}
func (o onlyHost) Host(context.Context) (Host, error) { return o.host, nil }

// A program of the host is a child of the shell, whose end is logged once.
func TestOnHost(t *testing.T) {
	host := permissive{make(chan plugins.Status, 2)}
	session, err := New(Config{Places: onlyHost{host}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := session.Named("host")
	if err != nil {
		t.Fatal(err)
	}
	cmd := &plugins.Command{Name: "allowed", Argv: []string{"allowed"}, Dir: plugins.Dir{Path: "/"}, Group: plugins.GroupSame}
	p, err := w.Start(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	if _, is := p.(plugins.Child); !is {
		t.Errorf("%T is no child: it would get no process group of its own", p)
	}
	for range 2 {
		if s, err := p.Wait(t.Context()); err != nil || s.State != plugins.Exited || s.Code != 0 {
			t.Errorf("got %+v, %v", s, err)
		}
	}
	if len(host.ended) != 1 {
		t.Errorf("the end was told %d times", len(host.ended))
	}
	cmd.Name = "missing"
	if _, err := w.Start(t.Context(), cmd); !errors.Is(err, plugins.ErrNotFound) {
		t.Errorf("missing: got %v", err)
	}
}

// Replace comes back only with an error, and leaves the process as it was.
func TestReplaceFails(t *testing.T) {
	session, err := New(Config{Places: onlyHost{}, Runtime: local.Name})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{
		"/nonexistent/program": plugins.ErrNotFound, "/etc/passwd": plugins.ErrNotExecutable, "nosuch-command": plugins.ErrNotFound,
	} {
		cmd := &plugins.Command{Name: name, Argv: []string{name}, Path: "/bin", Dir: plugins.Dir{Path: "/"}}
		if err := session.Replace(t.Context(), cmd); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	elsewhere, err := session.Named("host")
	if err != nil {
		t.Fatal(err)
	}
	if err := elsewhere.Replace(t.Context(), &plugins.Command{Name: "true"}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("on the host: got %v, want not supported", err)
	}
}
