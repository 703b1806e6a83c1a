package eval

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// importEnv makes variables of the environment (POSIX XCU 2.5.3). What is no name
// is kept for commands.
func (sh *Shell) importEnv(env []string) {
	for _, e := range env {
		name, value, ok := strings.Cut(e, "=")
		if !ok || !IsName(name) {
			continue
		}
		v := sh.own(intern(name))
		v.setText(value)
		v.attr |= Exported
	}
	_ = sh.setSym(symIFS, " \t\n")
	sh.own(symIFS).attr &^= Exported
	_ = sh.setSym(intern("PPID"), strconv.Itoa(os.Getppid()))
	_ = sh.setSym(intern("PS2"), sh.orDefault("PS2", "> "))
	_ = sh.setSym(symPS4, sh.orDefault("PS4", "+ "))
	_ = sh.setSym(symOPTIND, "1")
	sh.own(symOPTIND).attr &^= Exported
	level := 0
	if s, ok := sh.Get("SHLVL"); ok {
		level, _ = strconv.Atoi(s)
	}
	_ = sh.setSym(intern("SHLVL"), strconv.Itoa(level+1))
	sh.own(intern("SHLVL")).attr |= Exported
	for name := range dynamics {
		sh.own(intern(name)).attr = hooked
	}
}

func (sh *Shell) orDefault(name, value string) string {
	if v, ok := sh.Get(name); ok {
		return v
	}
	return value
}

// Environ is the environment for commands: all exported variables that have a
// value.
func (sh *Shell) Environ() []string {
	_ = sh.settle() // what cannot be opened is told by who uses it
	env := make([]string, 0, 64)
	for s, v := range sh.vars {
		if v == nil || v.attr&Exported == 0 {
			continue
		}
		name := symbol(s)
		if value, ok := sh.getSym(name); ok && v.arr == nil {
			env = append(env, name.String()+"="+value)
		}
	}
	return env
}

// forgetUnexported leaves what a new shell would get from its environment.
func (sh *Shell) forgetUnexported() {
	env := sh.Environ()
	sh.vars, sh.frames = nil, nil
	sh.funcs, sh.alias, sh.shared = map[string]*Function{}, map[string]string{}, false
	sh.opts &= Posix | Braceexpand
	sh.importEnv(env)
	sh.initPwd()
}

// A dynamic is a variable whose value is made when it is asked for. Without set,
// an assignment makes it an ordinary variable.
type dynamic struct {
	get   func(*Shell) string
	set   func(*Shell, string)
	array func(*Shell) *array // nil: not an array
}

var dynamics map[string]dynamic

func init() {
	dynamics = map[string]dynamic{
		"LINENO": {get: func(sh *Shell) string { return itoa(int64(sh.line)) }},
		"RANDOM": {
			get: func(sh *Shell) string {
				sh.random = sh.random*1103515245 + 12345
				return itoa(int64(sh.random >> 16 & 0x7fff))
			},
			set: func(sh *Shell, v string) {
				n, _ := strconv.Atoi(v)
				sh.random = uint32(n)
			},
		},
		"SECONDS": {
			get: func(sh *Shell) string { return itoa(int64(time.Since(sh.started) / time.Second)) },
			set: func(sh *Shell, v string) {
				n, _ := strconv.Atoi(v)
				sh.started = time.Now().Add(-time.Duration(n) * time.Second)
			},
		},
		"EPOCHREALTIME": {get: func(*Shell) string {
			us := time.Now().UnixMicro()
			return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
		}},
		"HOSTNAME": {get: func(*Shell) string {
			name, _ := os.Hostname()
			return name
		}},
		"HOSTTYPE":      {get: machine},
		"MACHTYPE":      {get: func(sh *Shell) string { return machine(sh) + "-pc-linux-gnu" }},
		"OSTYPE":        {get: func(*Shell) string { return "linux-gnu" }},
		"EPOCHSECONDS":  {get: func(*Shell) string { return itoa(time.Now().Unix()) }},
		"BASHPID":       {get: func(*Shell) string { return itoa(int64(os.Getpid())) }},
		"BASH_SUBSHELL": {get: func(sh *Shell) string { return itoa(int64(sh.level)) }},
		"UID":           {get: func(*Shell) string { return itoa(int64(os.Getuid())) }},
		"EUID":          {get: func(*Shell) string { return itoa(int64(os.Geteuid())) }},
		"FUNCNAME":      list((*Shell).functionNames),
		"BASH_SOURCE":   list((*Shell).sourceFiles),
		"BASH_LINENO":   list((*Shell).callLines),
	}
}

// machine is the processor as uname -m tells it.
func machine(*Shell) string {
	var u unix.Utsname
	_ = unix.Uname(&u) // fails for a bad address only
	return unix.ByteSliceToString(u.Machine[:])
}

// list is a dynamic array.
func list(make func(*Shell) *array) dynamic {
	get := func(sh *Shell) string {
		text, _ := make(sh).first()
		return text
	}
	return dynamic{get: get, array: make}
}
