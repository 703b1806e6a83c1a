package eval

import "sync"

// A symbol stands for a variable name. The numbers are the same for all shells
// of the process, so that compiled code indexes a shell's variables directly.
type symbol int32

var symbols = struct {
	sync.RWMutex
	byName map[string]symbol
	names  []string
}{byName: make(map[string]symbol, 256)}

func intern(name string) symbol {
	symbols.RLock()
	s, ok := symbols.byName[name]
	symbols.RUnlock()
	if ok {
		return s
	}
	symbols.Lock()
	defer symbols.Unlock()
	if s, ok := symbols.byName[name]; ok {
		return s
	}
	s = symbol(len(symbols.names))
	symbols.names = append(symbols.names, name)
	symbols.byName[name] = s
	return s
}

func (s symbol) String() string {
	symbols.RLock()
	defer symbols.RUnlock()
	return symbols.names[s]
}

// Symbols of variables that the evaluator itself reads or writes.
var (
	symIFS        = intern("IFS")
	symPATH       = intern("PATH")
	symHOME       = intern("HOME")
	symPWD        = intern("PWD")
	symOLDPWD     = intern("OLDPWD")
	symPS3        = intern("PS3")
	symPS4        = intern("PS4")
	symREPLY      = intern("REPLY")
	symOPTIND     = intern("OPTIND")
	symPIPESTATUS = intern("PIPESTATUS")
)
