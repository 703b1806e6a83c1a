package shell

import (
	"fmt"
	"path"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

// A Verb is what a management option asks for. The empty one runs a shell.
type Verb string

// The management options by their names.
const (
	List       Verb = "list"
	Import     Verb = "import"
	Install    Verb = "install"
	Unregister Verb = "unregister"
	SetDefault Verb = "set-default"
	Terminate  Verb = "terminate"
	Shutdown   Verb = "shutdown"
	Status     Verb = "status"
	Version    Verb = "version"
	Help       Verb = "help"
)

// operands are the words that a management option takes.
var operands = map[Verb][]string{
	List: nil, Import: {"NAME", "FILE|FOLDER|-"}, Install: {"NAME"}, Unregister: {"NAME"},
	SetDefault: {"NAME"}, Terminate: {"NAME"}, Shutdown: nil, Status: nil, Version: nil, Help: nil,
}

// Options are what the command line says.
type Options struct {
	Verb     Verb
	Operands []string // of Verb
	JSON     bool
	Force    bool

	Runtime, Distro string   // where to run; empty: the default
	Direct          []string // one command and its arguments, behind --

	Name    string // $0
	Command *string
	File    string   // script; empty: none
	Params  []string // $1…
	Stdin   bool     // -s
	Login   bool
	Strict  bool // called as sh
	Set     []Setting
	// Interactive is -i (true), +i (false) or neither (nil).
	Interactive *bool
}

// A Setting is one option of the set builtin.
type Setting struct {
	Bit eval.Options
	On  bool
}

// A UsageError is a command line that makes no sense. The program ends with 2.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text + " (see lxsh --help)" }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// ParseArgs reads a command line, argv[0] included: POSIX sh's options, by letter
// and by -o, and the long ones of lxsh.
func ParseArgs(argv []string) (*Options, error) {
	o := &Options{Name: "lxsh"}
	if len(argv) > 0 && argv[0] != "" {
		o.Name, argv = argv[0], argv[1:]
	}
	o.Login = strings.HasPrefix(o.Name, "-")
	o.Strict = strings.TrimPrefix(path.Base(o.Name), "-") == "sh"
	command := false
	for len(argv) > 0 {
		arg := argv[0]
		if len(arg) < 2 || arg[0] != '-' && arg[0] != '+' {
			if arg == "-" || arg == "+" {
				argv = argv[1:]
			}
			break
		}
		argv = argv[1:]
		if arg == "--" {
			if o.Runtime == "" && o.Distro == "" || command {
				break
			}
			if len(argv) == 0 {
				return nil, usage("--: no command follows")
			}
			o.Direct = argv
			return o, nil
		}
		var err error
		if strings.HasPrefix(arg, "--") {
			argv, err = o.long(arg[2:], argv)
		} else {
			argv, err = o.letters(arg, argv, &command)
		}
		if err != nil {
			return nil, err
		}
	}
	return o, o.rest(argv, command)
}

// rest takes the words behind the options.
func (o *Options) rest(argv []string, command bool) error {
	if o.Verb != "" {
		o.Operands = append(o.Operands, argv...)
		if want := operands[o.Verb]; len(o.Operands) < len(want) {
			return usage("--%s: %s must follow", o.Verb, strings.Join(want, " "))
		} else if len(o.Operands) > len(want) {
			return usage("--%s: unexpected word %s", o.Verb, o.Operands[len(want)])
		}
		return nil
	}
	switch {
	case command:
		if len(argv) == 0 {
			return usage("-c: a command must follow")
		}
		o.Command, argv = &argv[0], argv[1:]
		if len(argv) > 0 {
			o.Name, argv = argv[0], argv[1:]
		}
	case !o.Stdin && len(argv) > 0:
		o.File, argv = argv[0], argv[1:]
		o.Name = o.File
	}
	o.Params = argv
	return nil
}

// letters reads an argument like -ex or +o.
func (o *Options) letters(arg string, argv []string, command *bool) ([]string, error) {
	on := arg[0] == '-'
	for i := 1; i < len(arg); i++ {
		switch c := arg[i]; c {
		case 'c':
			*command = true
		case 's':
			o.Stdin = true
		case 'i':
			o.Interactive = &on
		case 'l':
			o.Login = on
		case 'o':
			if len(argv) == 0 {
				return nil, usage("%co: the name of an option must follow", arg[0])
			}
			info := findOption(func(i *eval.OptionInfo) bool { return i.Name == argv[0] && !i.Shopt })
			if info == nil {
				return nil, usage("%co: unknown option %s", arg[0], argv[0])
			}
			o.Set = append(o.Set, Setting{info.Bit, on})
			argv = argv[1:]
		default:
			info := findOption(func(i *eval.OptionInfo) bool { return i.Letter == c && !i.Fixed })
			if info == nil {
				return nil, usage("unknown option %c%c", arg[0], c)
			}
			o.Set = append(o.Set, Setting{info.Bit, on})
		}
	}
	return argv, nil
}

func findOption(is func(*eval.OptionInfo) bool) *eval.OptionInfo {
	for i := range eval.OptionTable {
		if is(&eval.OptionTable[i]) {
			return &eval.OptionTable[i]
		}
	}
	return nil
}

// long reads an option of lxsh's own, whose value may follow behind = or as the
// next word.
func (o *Options) long(name string, argv []string) ([]string, error) {
	name, value, joined := strings.Cut(name, "=")
	switch name {
	case "runtime", "distro":
		if !joined {
			if len(argv) == 0 {
				return nil, usage("--%s: a name must follow", name)
			}
			value, argv = argv[0], argv[1:]
		}
		if value == "" {
			return nil, usage("--%s: empty name", name)
		}
		if name == "runtime" {
			o.Runtime = value
		} else {
			o.Distro = value
		}
		return argv, nil
	case "json", "force":
		if joined {
			return nil, usage("--%s takes no value", name)
		}
		o.JSON = o.JSON || name == "json"
		o.Force = o.Force || name == "force"
		return argv, nil
	}
	verb := Verb(name)
	words, ok := operands[verb]
	n := len(words)
	switch {
	case !ok:
		return nil, usage("unknown option --%s", name)
	case o.Verb != "" && o.Verb != verb:
		return nil, usage("--%s and --%s do not go together", o.Verb, verb)
	case joined && n == 0:
		return nil, usage("--%s takes no value", name)
	case joined:
		o.Operands = append(o.Operands, value)
	}
	o.Verb = verb
	for len(argv) > 0 && len(o.Operands) < n && (argv[0] == "-" || !strings.HasPrefix(argv[0], "-")) {
		o.Operands, argv = append(o.Operands, argv[0]), argv[1:]
	}
	return argv, nil
}

// HelpText is what --help prints.
const HelpText = `usage: lxsh [options] [FILE [ARG…]]
       lxsh [options] -c COMMAND [NAME [ARG…]]
       lxsh [--runtime NAME] [--distro NAME] -- COMMAND [ARG…]

Runs a shell whose commands run in an instance (a runtime running a distro), on
the host, or right here. Options of POSIX sh: -abCefhilmnsuvx, -o NAME, and + to
turn one off.

  --runtime NAME         where to run: local, translator, … (also LXSH_RUNTIME)
  --distro NAME          which distro to run (also LXSH_DISTRO)

  --list [--json]        list the distros
  --install base         install the small distro that comes with lxsh
  --import NAME FILE|-   install a distro from a tar archive or a folder
  --unregister NAME [--force]
                         remove a distro and all its files
  --set-default NAME     make a distro the default

  --status [--json]      show running instances
  --terminate NAME       stop an instance
  --shutdown             stop all instances and the daemon
  --version, --help
`
