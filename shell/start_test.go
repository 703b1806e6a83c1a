package shell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/plugins"
)

func TestStart(t *testing.T) {
	tests := []struct {
		name  string // $0
		args  []string
		stdin string
		want  string
	}{
		{"lxsh", []string{"-c", "echo $0 $# $1", "n", "a"}, "", "0: n 1 a"},
		{"lxsh", []string{"-c", "exit 3"}, "", "3: "},
		{"lxsh", []string{"-c", `sh -c "test \$\$ = $$"`}, "", "0: "}, // the last command takes the shell's place
		{"lxsh", []string{"-c", `trap : EXIT; sh -c "test \$\$ != $$"`}, "", "0: "},
		{"lxsh", []string{"-c", "echo $-; echo $0"}, "", "0: Bhc\nlxsh"},
		{"lxsh", []string{"-euc", "false; echo no"}, "", "1: "},
		{"lxsh", []string{"-o", "nosuch"}, "", "2: lxsh: -o: unknown option nosuch (see lxsh --help)"},
		{"lxsh", nil, "echo $0 $-\nexit 4\necho no\n", "4: lxsh Bhs"},
		{"lxsh", []string{"-s", "a", "b"}, "echo $0 $2", "0: lxsh b"},
		{"lxsh", nil, "read x\nfirst\necho $x; cat\nrest\n", "0: first\nrest"},
		{"lxsh", []string{"nosuch"}, "", "127: lxsh: nosuch: no such file or directory"},
		{"lxsh", []string{"."}, "", "126: lxsh: .: is a directory"},
		{"lxsh", []string{"script", "a b"}, "", "2: ./script script a b\nscript: line 3: syntax error: \"fi\" unexpected\n    fi\n    ^"},
		{"lxsh", []string{"binary"}, "", "126: lxsh: binary: cannot execute binary file"},
		{"lxsh", []string{"onpath"}, "", "0: on the path"},
		{"lxsh", []string{"-v", "-c", "echo a\necho b"}, "", "0: echo a\na\necho b\nb"},
		{"lxsh", []string{"-n", "-c", "echo a"}, "", "0: "},
		{"lxsh", []string{"-c", "echo a; if"}, "", "2: lxsh: line 1: syntax error: end of file unexpected (expecting \"then\")\n    echo a; if\n              ^"},
		{"lxsh", []string{"-c", "kill -TERM $$; echo no"}, "", "terminated: "},
		{"lxsh", []string{"--version"}, "", "0: lxsh " + plugins.Version},
		{"lxsh", []string{"--runtime", "nosuch", "-c", "echo ran"}, "", "2: lxsh: unknown runtime nosuch (known: local)"},
		{"lxsh", []string{"--runtime", "local", "--", "/bin/echo", "-n", "$x  *"}, "", "0: $x  *"},
		{"lxsh", []string{"--runtime", "local", "--", "nosuch-command"}, "", "127: lxsh: line 0: nosuch-command: command not found"},
		{"sh", []string{"-c", "type [[; set -o | grep posix"}, "", "0: sh: line 1: type: [[: not found\nposix           on"},
		{"lxsh", []string{"-c", "[[ a == a ]] && echo yes"}, "", "0: yes"},
		{"lxsh", []string{"-c", "runtime; explain cd nosuch-command /bin/ls"}, "",
			"1: local\ncd: builtin of the shell\nnosuch-command: runs nowhere: not found in local\n/bin/ls: runs in local as /bin/ls, working directory DIR"},
		{"lxsh", []string{"-c", "on local /bin/echo a; on local:x b"}, "", "2: a\nlxsh: line 1: on: local has no distros"},
		{"lxsh", []string{"-c", "on host true"}, "", "126: lxsh: line 1: true: the host cannot be asked: no interop"},
		{"-lxsh", []string{"-c", "echo $profile"}, "", "0: read"},
		{"lxsh", []string{"-c", "echo ${profile-unread}"}, "", "0: unread"},
		{"lxsh", []string{"-ic", "echo $env $-"}, "", "0: read Bhimc"},
		{"lxsh", []string{"-c", "exec /bin/echo a"}, "", "0: a"},
		{"lxsh", []string{"-c", "exec 3>f; exec /bin/sh -c 'echo x >&3; cat f'"}, "", "0: x"},
		{"lxsh", []string{"-c", "/bin/sh -c 'exit 300'; echo $?; nosuch/x; echo $?"}, "", "0: 44\nlxsh: line 1: nosuch/x: command not found\n127"},
	}
	for _, tt := range tests {
		cmd := lxsh(t, tt.name, tt.args...)
		for name, text := range map[string]string{
			"script":   "echo ./script $0 $1\n\nfi\n",
			"binary":   "\x7fELF\x00\x01",
			"p/onpath": "echo on the path",
			".profile": "profile=read",
			"env":      "env=read",
		} {
			file := filepath.Join(cmd.Dir, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd.Env = append(cmd.Env, "PATH=/usr/bin:/bin:"+cmd.Dir+"/p", "ENV=$HOME/env", "LXSH_RUNTIME=")
		cmd.Stdin = strings.NewReader(tt.stdin)
		got := strings.ReplaceAll(outcome(t, cmd), cmd.Dir, "DIR")
		if got != tt.want {
			t.Errorf("%s %q: got\n%s\nwant\n%s", tt.name, tt.args, got, tt.want)
		}
	}
}

// Commands share standard input with the shell, whatever kind of file it is.
func TestSharedInput(t *testing.T) {
	const text = "read a\none\necho \"[$a]\"\nhead -n 1 >/dev/null\ntwo\necho three; cat\nfour\nfive\n"
	file := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := lxsh(t, "lxsh")
	cmd.Stdin = f
	// head reads ahead on a pipe but gives back what it can seek.
	if got, want := outcome(t, cmd), "0: [one]\nthree\nfour\nfive"; got != want {
		t.Errorf("file: got %s, want %s", got, want)
	}
	cmd = lxsh(t, "lxsh")
	cmd.Stdin = strings.NewReader(strings.ReplaceAll(text, "head -n 1 >/dev/null", "read b"))
	if got, want := outcome(t, cmd), "0: [one]\nthree\nfour\nfive"; got != want {
		t.Errorf("pipe: got %s, want %s", got, want)
	}
}
