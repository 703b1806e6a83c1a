package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDefaults(t *testing.T) {
	t.Setenv("HOME", "/home/u")
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Runtime != "" || c.Idle.Instance.Duration != time.Minute || c.Idle.Daemon.Duration != time.Minute ||
		c.Interop.Transport != "auto" || !reflect.DeepEqual(c.Share, []string{"/home/u"}) {
		t.Errorf("got %+v", c)
	}
}

func TestEverything(t *testing.T) {
	t.Setenv("HOME", "/home/u")
	c, err := Parse("c", `runtime = "vm"
engine = "x"
share = ["~/w", "/srv/"]
env = ["SSH_AUTH_SOCK"]
[idle]
instance = "5s"
[interop]
transport = "unix"

[[interop.rule]]
action = "deny"
program = "rm"
[[ interop.rule ]] # comment
action = "allow"
args = []
origin = "instance"
[interop.commands]
open = "/usr/bin/xdg-open"
`)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{File: "c", Runtime: "vm", Engine: "x", Share: []string{"/home/u/w", "/srv"}, Env: []string{"SSH_AUTH_SOCK"},
		Idle: Idle{Duration{5 * time.Second}, Duration{time.Minute}},
		Interop: Interop{Transport: "unix", Rules: []Rule{
			{Action: "deny", Program: "rm", Line: 10},
			{Action: "allow", Args: []string{}, Origin: "instance", Line: 13},
		}, Commands: map[string]string{"open": "/usr/bin/xdg-open"}}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}

func TestErrorsNameLineAndRemedy(t *testing.T) {
	for text, want := range map[string]string{
		"runtime = \"a\"\nrutime = \"b\"\n":                   `c:2: unknown key "rutime" (remove or correct it; known here: runtime, engine, share`,
		"[idle]\ninstanc = \"1s\"\n":                          `c:2: unknown key "idle.instanc" (remove or correct it; known here: instance, daemon)`,
		"[[interop.rule]]\naction=\"allow\"\nprog = \"x\"\n":  `c:3: unknown key "interop.rule.prog"`,
		"[nonsense]\nx = 1\n":                                 `c:1: unknown key "nonsense"`,
		"runtime = \"tran":                                    `(is the file cut off?)`,
		"share = [\"~\",":                                     `(is the file cut off?)`,
		"runtime = 3\nengine = \"x\"\n":                       `c:1: `,
		"share = [\"rel\"]":                                   `c:1: share: "rel" is not an absolute path`,
		"[idle]\ninstance = \"soon\"\n":                       `c:2: `,
		"[interop]\ntransport = \"tcp\"\n":                    `c:2: interop.transport: unknown transport "tcp"`,
		"\n[[interop.rule]]\naction = \"alow\"\n":             `c:2: interop.rule: unknown action "alow"`,
		"[[interop.rule]]\naction = \"deny\"\norigin = \"x\"": `unknown origin "x"`,
		"env = [\"A=b\"]":                                     `c:1: env: "A=b" is no variable's name`,
		"runtime = \"a:b\"":                                   `c:1: runtime: "a:b" is no runtime's name`,
		"[interop.commands]\nopen = 3\n":                      `c:2: `,
		"runtime = \"a\"\n\x00\n":                             `c:2: `,
	} {
		_, err := Parse("c", text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestUnreadable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config.toml")
	os.Mkdir(dir, 0o700)
	if _, err := LoadFile(dir); err == nil {
		t.Error("a folder was read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[[interop.rule]]\naction = \"deny\"\n")
	f.Add("a.b.c = 1")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := Parse("c", text); err == nil && c.Interop.Transport == "" {
			t.Error("no transport")
		}
	})
}
