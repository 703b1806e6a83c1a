package parse

import "mvdan.cc/sh/v3/syntax"

// Document parses text as the body of a here-document whose delimiter is not
// quoted: a prompt, for example.
func Document(text string, opt Options) (w *syntax.Word, err error) {
	p := New(String(""), opt)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case failure:
			w, err = nil, r.err
		default:
			panic(r)
		}
	}()
	return p.sub(text, p.pos()).word(modeHere), nil
}
