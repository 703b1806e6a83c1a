package eval

import (
	"maps"
	"sort"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// A Function is a shell function. It is never changed once defined.
type Function struct {
	Name string
	file string // that it was defined in; may be empty
	decl *syntax.FuncDecl
	body node
	once sync.Once
	text string
}

// Source is the function's definition as text that defines it again.
func (f *Function) Source() string {
	f.once.Do(func() { f.text = printNode(f.decl) })
	return f.text
}

func printNode(n syntax.Node) string {
	var b strings.Builder
	_ = syntax.NewPrinter().Print(&b, n) // a Builder never fails
	return b.String()
}

// own makes the function and alias tables this shell's alone.
func (sh *Shell) ownTables() {
	if sh.shared {
		sh.funcs, sh.alias, sh.shared = maps.Clone(sh.funcs), maps.Clone(sh.alias), false
	}
}

// Function returns the function called name, nil when there is none.
func (sh *Shell) Function(name string) *Function { return sh.funcs[name] }

// Functions returns the names of all functions, sorted.
func (sh *Shell) Functions() []string { return sortedKeys(sh.funcs) }

// UnsetFunction removes a function.
func (sh *Shell) UnsetFunction(name string) {
	sh.ownTables()
	delete(sh.funcs, name)
}

// Alias returns the text of an alias.
func (sh *Shell) Alias(name string) (string, bool) {
	text, ok := sh.alias[name]
	return text, ok
}

// SetAlias defines an alias.
func (sh *Shell) SetAlias(name, text string) {
	sh.ownTables()
	sh.alias[name] = text
}

// Unalias removes an alias; "" removes all.
func (sh *Shell) Unalias(name string) {
	sh.ownTables()
	if name == "" {
		clear(sh.alias)
	}
	delete(sh.alias, name)
}

// Aliases returns the names of all aliases, sorted.
func (sh *Shell) Aliases() []string { return sortedKeys(sh.alias) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
