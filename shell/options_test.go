package shell

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// brief renders options for comparison.
func brief(o *Options) string {
	s := fmt.Sprintf("%s/%s/%s", o.Name, o.File, strings.Join(o.Params, ","))
	if o.Command != nil {
		s += " -c " + *o.Command
	}
	for _, x := range o.Set {
		s += fmt.Sprintf(" %v:%v", x.Bit, x.On)
	}
	for _, f := range []struct {
		name string
		on   bool
	}{{" s", o.Stdin}, {" l", o.Login}, {" strict", o.Strict}} {
		if f.on {
			s += f.name
		}
	}
	if o.Interactive != nil {
		s += fmt.Sprint(" i:", *o.Interactive)
	}
	if o.Runtime+o.Distro != "" {
		s += " in " + o.Runtime + ":" + o.Distro
	}
	if o.Direct != nil {
		s += " direct " + strings.Join(o.Direct, ",")
	}
	if o.Verb != "" {
		s += fmt.Sprintf(" %s(%s) %v %v", o.Verb, strings.Join(o.Operands, ","), o.JSON, o.Force)
	}
	return s
}

func TestParseArgs(t *testing.T) {
	tests := []struct{ args, want string }{
		{"lxsh", "lxsh//"},
		{"lxsh -c cmd", "lxsh// -c cmd"},
		{"lxsh -ec cmd name a b", "name//a,b -c cmd 8:true"},
		{"lxsh -c -e cmd", "lxsh// -c cmd 8:true"},
		{"lxsh -c -- -x", "lxsh// -c -x"},
		{"lxsh +e -s a b", "lxsh//a,b 8:false s"},
		{"lxsh -o errexit +o errexit f a", "f/f/a 8:true 8:false"},
		{"lxsh -eo pipefail -c x", "lxsh// -c x 8:true 524288:true"},
		{"lxsh -- file", "file/file/"},
		{"lxsh - file", "file/file/"},
		{"lxsh -i", "lxsh// i:true"},
		{"lxsh +i -s", "lxsh// s i:false"},
		{"-lxsh", "-lxsh// l"},
		{"/bin/sh -l x", "x/x/ l strict"},
		{"-sh", "-sh// l strict"},
		{"lxsh --runtime vm --distro=d -c x", "lxsh// -c x in vm:d"},
		{"lxsh --runtime vm -- ls -l --x", "lxsh// in vm: direct ls,-l,--x"},
		{"lxsh --runtime vm -c -- x", "lxsh// -c x in vm:"},
		{"lxsh --list --json", "lxsh// list() true false"},
		{"lxsh --json --status", "lxsh// status() true false"},
		{"lxsh --import d -", "lxsh// import(d,-) false false"},
		{"lxsh --unregister --force d", "lxsh// unregister(d) false true"},
		{"lxsh --unregister d --force", "lxsh// unregister(d) false true"},
		{"lxsh --install=base", "lxsh// install(base) false false"},
		{"lxsh file -x --help", "file/file/-x,--help"},
	}
	for _, tt := range tests {
		o, err := ParseArgs(strings.Fields(tt.args))
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
		} else if got := brief(o); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.args, got, tt.want)
		}
	}
}

func TestUsageErrors(t *testing.T) {
	for _, args := range []string{
		"lxsh -c", "lxsh -Z", "lxsh -o", "lxsh -o nosuch", "lxsh --nosuch", "lxsh --runtime", "lxsh --distro=",
		"lxsh --import d", "lxsh --import a b c", "lxsh --list x", "lxsh --list --status", "lxsh --json=1 --list",
		"lxsh --list=x", "lxsh --runtime vm --", "lxsh --unregister",
	} {
		var use *UsageError
		if _, err := ParseArgs(strings.Fields(args)); !errors.As(err, &use) {
			t.Errorf("%s: got %v, want a usage error", args, err)
		}
	}
}

// Every option of the help text exists, and every long option is in the text.
func TestHelp(t *testing.T) {
	for _, word := range strings.FieldsFunc(HelpText, func(r rune) bool { return strings.ContainsRune(" \n[](),", r) }) {
		if name, ok := strings.CutPrefix(word, "--"); ok && name != "" {
			args := []string{"lxsh", word, "a", "b"}[:2+len(operands[Verb(name)])]
			if name == "runtime" || name == "distro" {
				args = append(args, "a")
			}
			if _, err := ParseArgs(args); err != nil {
				t.Errorf("%s: %v", word, err)
			}
		}
	}
	for verb := range operands {
		if !strings.Contains(HelpText, "--"+string(verb)) {
			t.Errorf("--%s is not in the help", verb)
		}
	}
}
