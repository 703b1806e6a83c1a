package eval

// Options are the options of set and shopt, as bits.
type Options uint64

const (
	Allexport   Options = 1 << iota // -a
	Notify                          // -b
	Noclobber                       // -C
	Errexit                         // -e
	Noglob                          // -f
	Hashall                         // -h
	Interactive                     // -i
	Monitor                         // -m
	Noexec                          // -n
	Stdin                           // -s
	Nounset                         // -u
	Verbose                         // -v
	Xtrace                          // -x
	Login                           // -l
	Command                         // -c
	Ignoreeof
	Nolog
	Vi
	Emacs
	Pipefail
	Posix
	Nohost // no fallback to the host
	Errtrace
	Functrace
	Braceexpand
	// From here on options of shopt.
	Extglob
	Nullglob
	Failglob
	Dotglob
	Nocaseglob
	Nocasematch
	Globstar
	Lastpipe
	ExpandAliases
	InheritErrexit
	Sourcepath
	Xpgecho
	Autocd
	Checkwinsize
	Histappend
	Cmdhist
	LocalvarInherit
)

// An OptionInfo names an option.
type OptionInfo struct {
	Name   string
	Letter byte // 0: none
	Bit    Options
	Shopt  bool // an option of shopt, not of set -o
	Fixed  bool // can be told but not set by set
}

// OptionTable lists all options in the order in which set -o shows them.
var OptionTable = []OptionInfo{
	{Name: "allexport", Letter: 'a', Bit: Allexport},
	{Name: "braceexpand", Letter: 'B', Bit: Braceexpand},
	{Name: "emacs", Bit: Emacs},
	{Name: "errexit", Letter: 'e', Bit: Errexit},
	{Name: "errtrace", Letter: 'E', Bit: Errtrace},
	{Name: "functrace", Letter: 'T', Bit: Functrace},
	{Name: "hashall", Letter: 'h', Bit: Hashall},
	{Name: "ignoreeof", Bit: Ignoreeof},
	{Name: "interactive", Letter: 'i', Bit: Interactive, Fixed: true},
	{Name: "login", Letter: 'l', Bit: Login, Fixed: true},
	{Name: "monitor", Letter: 'm', Bit: Monitor},
	{Name: "noclobber", Letter: 'C', Bit: Noclobber},
	{Name: "noexec", Letter: 'n', Bit: Noexec},
	{Name: "noglob", Letter: 'f', Bit: Noglob},
	{Name: "nohost", Bit: Nohost},
	{Name: "nolog", Bit: Nolog},
	{Name: "notify", Letter: 'b', Bit: Notify},
	{Name: "nounset", Letter: 'u', Bit: Nounset},
	{Name: "pipefail", Bit: Pipefail},
	{Name: "posix", Bit: Posix},
	{Name: "stdin", Letter: 's', Bit: Stdin, Fixed: true},
	{Name: "verbose", Letter: 'v', Bit: Verbose},
	{Name: "vi", Bit: Vi},
	{Name: "xtrace", Letter: 'x', Bit: Xtrace},
	{Name: "autocd", Bit: Autocd, Shopt: true},
	{Name: "checkwinsize", Bit: Checkwinsize, Shopt: true},
	{Name: "cmdhist", Bit: Cmdhist, Shopt: true},
	{Name: "dotglob", Bit: Dotglob, Shopt: true},
	{Name: "expand_aliases", Bit: ExpandAliases, Shopt: true},
	{Name: "extglob", Bit: Extglob, Shopt: true},
	{Name: "failglob", Bit: Failglob, Shopt: true},
	{Name: "globstar", Bit: Globstar, Shopt: true},
	{Name: "histappend", Bit: Histappend, Shopt: true},
	{Name: "inherit_errexit", Bit: InheritErrexit, Shopt: true},
	{Name: "lastpipe", Bit: Lastpipe, Shopt: true},
	{Name: "localvar_inherit", Bit: LocalvarInherit, Shopt: true},
	{Name: "nocaseglob", Bit: Nocaseglob, Shopt: true},
	{Name: "nocasematch", Bit: Nocasematch, Shopt: true},
	{Name: "nullglob", Bit: Nullglob, Shopt: true},
	{Name: "sourcepath", Bit: Sourcepath, Shopt: true},
	{Name: "xpg_echo", Bit: Xpgecho, Shopt: true},
}

func (o *Options) set(bit Options, on bool) {
	if on {
		*o |= bit
	} else {
		*o &^= bit
	}
}

// Opt reports whether an option is on.
func (sh *Shell) Opt(o Options) bool { return sh.opts&o != 0 }

// SetOpt turns an option on or off.
func (sh *Shell) SetOpt(o Options, on bool) {
	if o == Monitor && on != sh.Opt(Monitor) {
		sh.setMonitor(on)
	}
	sh.opts.set(o, on)
}

// Flags is $-.
func (sh *Shell) Flags() string {
	var b []byte
	for i := range OptionTable {
		if o := &OptionTable[i]; o.Letter != 0 && sh.Opt(o.Bit) {
			b = append(b, o.Letter)
		}
	}
	if sh.Opt(Command) {
		b = append(b, 'c')
	}
	return string(b)
}
