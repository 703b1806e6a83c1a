package eval

import (
	"os"
	"strings"

	"github.com/lxsh/lxsh/shell/expand"
	"github.com/lxsh/lxsh/shell/parse"
)

// trace prints a command as set -x does.
func (sh *Shell) trace(words []string) {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = expand.Quote(w)
		if name, value, ok := strings.Cut(w, "="); ok && IsName(name) {
			quoted[i] = name + "=" + quoteValue(value)
		}
	}
	ps4, _ := sh.getSym(symPS4)
	sh.opts &^= Xtrace // the prompt's own commands are not traced
	prompt := sh.Prompt(ps4)
	sh.opts |= Xtrace
	_ = sh.Write(2, []byte(prompt+strings.Join(quoted, " ")+"\n"))
}

func quoteValue(v string) string {
	if v == "" {
		return ""
	}
	return expand.Quote(v)
}

func (sh *Shell) traceAssign(a *assign) string {
	if a.array != nil || a.sub != nil {
		return a.name + "=(…)"
	}
	v, _ := sh.getSym(a.sym)
	return a.name + "=" + v
}

// Prompt expands a prompt string: parameters, commands and arithmetic as in a
// here-document, after bash's backslash escapes.
func (sh *Shell) Prompt(s string) string {
	if strings.IndexByte(s, '\\') >= 0 {
		s = sh.promptEscapes(s)
	}
	if !strings.ContainsAny(s, "$`\\") {
		return s
	}
	return sh.expandText(s)
}

// expandText expands text as the body of a here-document.
func (sh *Shell) expandText(s string) string {
	status := sh.status
	defer func() { sh.status = status }()
	w, err := parse.Document(s, sh.ParseOptions(sh.name, sh.line))
	if err != nil {
		return s
	}
	return (&compiler{}).heredocWord(w).text(sh)
}

func (sh *Shell) promptEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 'a':
			b.WriteByte(7)
		case 'e':
			b.WriteByte(27)
		case '[', ']':
		case 'u':
			b.WriteString(sh.orDefault("USER", "?"))
		case 'h', 'H':
			host, _ := os.Hostname()
			if s[i] == 'h' {
				host, _, _ = strings.Cut(host, ".")
			}
			b.WriteString(host)
		case 'w', 'W':
			b.WriteString(sh.shortDir(s[i] == 'W'))
		case 's':
			b.WriteString("lxsh")
		case '$':
			if os.Geteuid() == 0 {
				b.WriteByte('#')
			} else {
				b.WriteString(`\$`)
			}
		case '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func (sh *Shell) shortDir(last bool) string {
	dir := sh.Pwd()
	if home, ok := sh.getSym(symHOME); ok && home != "/" && (dir == home || strings.HasPrefix(dir, home+"/")) {
		dir = "~" + dir[len(home):]
	}
	if i := strings.LastIndexByte(dir, '/'); last && i >= 0 && dir != "/" {
		dir = dir[i+1:]
	}
	return dir
}
