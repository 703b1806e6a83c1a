package parse

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A heredoc is a here-document whose body has not been read yet.
type heredoc struct {
	redir  *syntax.Redirect
	end    string // the delimiter without its quotes
	quoted bool
}

// delimiter reads the word behind << or <<-. Nothing in it is expanded: it is
// the text of a word with its quotes removed (POSIX XCU 2.7.4).
func (p *Parser) delimiter(r *syntax.Redirect) {
	t := p.peekTok(0)
	if t.kind != tWord {
		p.unexpected(t, "here-document delimiter")
	}
	pos, raw := t.pos, strings.ReplaceAll(t.raw, "\\\n", "")
	p.take()
	h := &heredoc{redir: r}
	h.end, h.quoted = unquote(raw)
	r.Word = newLit(pos, p.pos(), raw)
	if h.quoted && !strings.Contains(h.end, "'") {
		q := &syntax.SglQuoted{Left: pos, Right: p.pos(), Value: h.end}
		r.Word = &syntax.Word{Parts: []syntax.WordPart{q}}
	}
	p.heredocs = append(p.heredocs, h)
}

// unquote removes quotes, and says whether there were any.
func unquote(s string) (string, bool) {
	if !strings.ContainsAny(s, `\'"`) {
		return s, false
	}
	var b strings.Builder
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '\\' && quote != '\'' && i+1 < len(s) &&
			(quote == 0 || strings.IndexByte("$`\"\\", s[i+1]) >= 0):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

// readHeredocs reads the bodies that the line which just ended asks for.
func (p *Parser) readHeredocs() {
	pending := p.heredocs
	p.heredocs = nil
	for _, h := range pending {
		p.readHeredoc(h)
	}
}

// readHeredoc reads one body. The end of the text ends it as well, as in dash
// and bash.
func (p *Parser) readHeredoc(h *heredoc) {
	pos := p.pos()
	var body strings.Builder
	for {
		line, ok := p.rawLine(h)
		if !ok || strings.TrimSuffix(h.join(line), "\n") == h.end {
			break
		}
		body.WriteString(line)
	}
	text := body.String()
	if text == "" {
		h.redir.Hdoc = newLit(pos, pos, "")
		return
	}
	if h.quoted {
		h.redir.Hdoc = newLit(pos, p.pos(), text)
		return
	}
	h.redir.Hdoc = p.sub(text, pos).word(modeHere)
}

// join removes backslash-newline pairs as far as they count in the body.
func (h *heredoc) join(line string) string {
	if h.quoted {
		return line
	}
	return strings.ReplaceAll(line, "\\\n", "")
}

// rawLine reads a line of a here-document as it stands, without leading tabs
// for <<-, and together with those that a backslash before the newline joins to
// it; false at the end of the text.
func (p *Parser) rawLine(h *heredoc) (string, bool) {
	var buf []byte
	escaped := false
	for c := p.peekRaw(); c != eof; c = p.peekRaw() {
		p.skip()
		if c == '\t' && h.redir.Op == syntax.DashHdoc && (len(buf) == 0 || buf[len(buf)-1] == '\n') {
			continue
		}
		buf = append(buf, byte(c))
		if c == '\n' && (h.quoted || !escaped) {
			return string(buf), true
		}
		escaped = c == '\\' && !escaped
	}
	return string(buf), len(buf) > 0
}
