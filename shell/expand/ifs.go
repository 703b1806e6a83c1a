package expand

import "strings"

type class uint8

const (
	ordinary class = iota
	white          // IFS white space: runs of it are one delimiter
	hard           // any other IFS character: each is a delimiter
)

// IFS is the value of the variable IFS, prepared for splitting. The zero value
// splits nothing. An IFS is replaced by Update, and not safe for concurrent use.
type IFS struct {
	src   string
	first string
	bytes [256]class
	wide  string // characters beyond ASCII, all of them hard
}

// Update prepares for value, or for the default of space, tab and newline when
// IFS is not set. It is cheap when nothing changed.
func (f *IFS) Update(value string, set bool) {
	if !set {
		value = " \t\n"
	}
	if f.src == value {
		return
	}
	*f = IFS{src: value}
	for i, r := range value {
		if i == 0 {
			f.first = string(r)
			if r == '\uFFFD' {
				f.first = value[:1]
			}
		}
		switch {
		case r == ' ' || r == '\t' || r == '\n':
			f.bytes[r] = white
		case r < 0x80:
			f.bytes[r] = hard
		default:
			f.wide += string(r)
		}
	}
}

// First is what "$*" puts between the parameters: the first character of IFS.
func (f *IFS) First() string { return f.first }

// Class tells what the byte c is, for read.
func (f *IFS) Class(c byte) (isWhite, isDelimiter bool) {
	return f.bytes[c] == white, f.bytes[c] != ordinary
}

// next returns the length of the delimiter at the beginning of s, and its class.
func (f *IFS) next(s string) (int, class) {
	if c := f.bytes[s[0]]; c != ordinary || s[0] < 0x80 || f.wide == "" {
		return 1, c
	}
	for _, r := range f.wide {
		if w := string(r); strings.HasPrefix(s, w) {
			return len(w), hard
		}
	}
	return 1, ordinary
}
