package eval

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/lxsh/lxsh/shell/expand"
)

// compiler turns trees into closures. It holds no state of a shell.
type compiler struct {
	assignment bool // tildes count after colons as well
	heredoced  bool // quotes are ordinary, and so is a backslash before one
	last       bool // nothing comes after the command in this process
	noBraces   bool // set +B: braces are ordinary
}

// compiler compiles what this shell runs, by its options of now.
func (sh *Shell) compiler() *compiler { return &compiler{noBraces: !sh.Opt(Braceexpand)} }

// fresh compiles a part of what c compiles that stands by itself.
func (c *compiler) fresh() *compiler { return &compiler{noBraces: c.noBraces} }

func (c *compiler) word(w *syntax.Word, ctx quoting) *word {
	if w == nil || len(w.Parts) == 0 {
		return &word{static: true, parts: nil}
	}
	out := &word{}
	if text, ok := staticText(w, ctx); ok {
		out.static, out.lit = true, text
	}
	for i, p := range w.Parts {
		c.part(out, p, ctx, i == 0, i == len(w.Parts)-1)
	}
	if len(w.Parts) == 1 {
		out.one = c.quotedOne(w.Parts[0])
	}
	return out
}

// staticText is the text of a word that needs no expansion of any kind.
func staticText(w *syntax.Word, ctx quoting) (string, bool) {
	text := ""
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			if !staticLit(p.Value, ctx, len(w.Parts) == 1) {
				return "", false
			}
			text += p.Value
		case *syntax.SglQuoted:
			if p.Dollar {
				text += expand.Dollar(p.Value)
			} else {
				text += p.Value
			}
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				l, ok := q.(*syntax.Lit)
				if !ok || strings.Contains(l.Value, "\\") {
					return "", false
				}
				text += l.Value
			}
		default:
			return "", false
		}
	}
	return text, true
}

func staticLit(s string, ctx quoting, alone bool) bool {
	switch ctx {
	case quotedContext:
		return !strings.Contains(s, "\\")
	case operandContext:
		return false // IFS is not known yet
	}
	if strings.ContainsAny(s, "\\*?(~") {
		return false
	}
	i := strings.IndexByte(s, '[')
	return i < 0 || alone && !strings.Contains(s[i:], "]")
}

// part compiles one part of a word onto w.
func (c *compiler) part(w *word, p syntax.WordPart, ctx quoting, first, last bool) {
	add := func(p part) { w.parts = append(w.parts, p) }
	switch p := p.(type) {
	case *syntax.Lit:
		c.lit(w, p.Value, ctx, first, last)
	case *syntax.SglQuoted:
		text := p.Value
		if p.Dollar {
			text = expand.Dollar(text)
		}
		add(quotedPart(text))
	case *syntax.DblQuoted:
		c.dblQuoted(w, p, ctx)
	case *syntax.ParamExp:
		add(c.param(p, ctx == quotedContext))
	case *syntax.CmdSubst:
		add(c.substitution(p, ctx == quotedContext))
	case *syntax.ArithmExp:
		a := c.arithmetic(p.X)
		if ctx == quotedContext {
			add(func(sh *Shell, out *expand.Sink) { out.Quoted(itoa(a.eval(sh))) })
		} else {
			add(func(sh *Shell, out *expand.Sink) { out.Expanded(itoa(a.eval(sh))) })
		}
	case *syntax.ProcSubst:
		add(c.procSubst(p))
	case *syntax.ExtGlob:
		add(literalPart(p.Op.String() + p.Pattern.Value + ")"))
	case *syntax.BraceExp:
		add(literalPart(printNode(&syntax.Word{Parts: []syntax.WordPart{p}})))
	}
}

func (c *compiler) dblQuoted(w *word, d *syntax.DblQuoted, ctx quoting) {
	// "$@" alone gives no field when there are no parameters, so only
	// something else between the quotes begins one.
	opens := len(d.Parts) == 0
	for _, q := range d.Parts {
		if pe, ok := q.(*syntax.ParamExp); !ok || !isList(pe) {
			opens = true
		}
	}
	if opens {
		w.parts = append(w.parts, func(_ *Shell, out *expand.Sink) { out.Open() })
	}
	for _, q := range d.Parts {
		c.part(w, q, quotedContext, false, false)
	}
}

// lit compiles unquoted text: backslashes quote, a leading tilde expands.
func (c *compiler) lit(w *word, s string, ctx quoting, first, last bool) {
	text := func(s string) {
		if s == "" {
			return
		}
		switch ctx {
		case plainContext:
			w.parts = append(w.parts, literalPart(s))
		case operandContext:
			w.parts = append(w.parts, expandedPart(s))
		case quotedContext:
			w.parts = append(w.parts, quotedPart(s))
		}
	}
	if ctx == quotedContext {
		text(unescapeQuoted(s, c.heredoced))
		return
	}
	if first && s != "" && s[0] == '~' { // brace expansion leaves empty ones
		if name, rest, ok := expand.TildePrefix(s, last, c.assignment); ok {
			w.parts = append(w.parts, tildePart(name))
			s = rest
		}
	}
	for s != "" {
		i := strings.IndexAny(s, "\\:")
		for i >= 0 && s[i] == ':' && !(c.assignment && strings.HasPrefix(s[i+1:], "~")) {
			j := strings.IndexAny(s[i+1:], "\\:")
			if j < 0 {
				i = -1
				break
			}
			i += j + 1
		}
		if i < 0 {
			text(s)
			return
		}
		if s[i] == ':' {
			text(s[:i+1])
			s = s[i+1:]
			if name, rest, ok := expand.TildePrefix(s, last, true); ok {
				w.parts = append(w.parts, tildePart(name))
				s = rest
				continue
			}
			text("~")
			s = s[1:]
			continue
		}
		text(s[:i])
		if i+1 == len(s) {
			w.parts = append(w.parts, quotedPart("\\"))
			return
		}
		_, size := firstRune(s[i+1:])
		w.parts = append(w.parts, quotedPart(s[i+1:i+1+size]))
		s = s[i+1+size:]
	}
}

// unescapeQuoted takes the backslashes away that quote inside double quotes, or
// inside a here-document, where a double quote needs none.
func unescapeQuoted(s string, heredoc bool) string {
	if !strings.Contains(s, "\\") {
		return s
	}
	special := "$`\"\\"
	if heredoc {
		special = "$`\\"
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(special, s[i+1]) >= 0 {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}

// quotedOne compiles the frequent "$name" and "text$name…": one field, always.
func (c *compiler) quotedOne(p syntax.WordPart) func(*Shell) string {
	d, ok := p.(*syntax.DblQuoted)
	if !ok || len(d.Parts) == 0 {
		return nil
	}
	var pieces []func(*Shell) string
	for _, q := range d.Parts {
		switch q := q.(type) {
		case *syntax.Lit:
			s := unescapeQuoted(q.Value, false)
			pieces = append(pieces, func(*Shell) string { return s })
		case *syntax.ParamExp:
			if !plainParam(q) || q.Param.Value == "@" || q.Param.Value == "*" {
				return nil
			}
			get := c.scalar(q.Param.Value)
			name := q.Param.Value
			pieces = append(pieces, func(sh *Shell) string {
				v, ok := get(sh)
				if !ok && sh.opts&Nounset != 0 {
					sh.unset(name)
				}
				return v
			})
		default:
			return nil
		}
	}
	if len(pieces) == 1 {
		return pieces[0]
	}
	return func(sh *Shell) string {
		var b strings.Builder
		for _, f := range pieces {
			b.WriteString(f(sh))
		}
		return b.String()
	}
}

// heredocWord compiles the body of a here-document.
func (c *compiler) heredocWord(w *syntax.Word) *word {
	h := compiler{heredoced: true}
	return h.word(w, quotedContext)
}
