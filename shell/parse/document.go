package parse

import "mvdan.cc/sh/v3/syntax"

// Document parses text as the body of a here-document whose delimiter was not
// quoted: a prompt, for example. It returns nil for the empty text.
func Document(text string, opt Options) (w *syntax.Word, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			w, err = nil, r.err
		default:
			panic(r)
		}
	}()
	if text == "" {
		return nil, nil
	}
	p := New(String(""), opt)
	return p.sub(text, p.pos()).word(modeHere), nil
}
