package interop

// Match reports whether the pattern matches all of s. "?" stands for one byte and
// "*" for any number, in both cases not the separator; "**" stands for any number
// of any bytes; a backslash takes the next byte as it is. With separator 0 there
// is none, and "*" and "**" are the same.
//
// The time is at most len(pattern) × len(s): patterns are the user's, and
// arguments are whatever an instance sends.
func Match(pattern, s string, separator byte) bool {
	tokens := compile(pattern)
	// states[i]: tokens before i have matched what was read so far.
	states := make([]bool, len(tokens)+1)
	states[0] = true
	skip(tokens, states)
	next := make([]bool, len(states))
	for i := 0; i < len(s); i++ {
		clear(next)
		inside := separator == 0 || s[i] != separator
		for j, token := range tokens {
			if !states[j] {
				continue
			}
			switch token.kind {
			case literal:
				next[j+1] = next[j+1] || token.byte == s[i]
			case one:
				next[j+1] = next[j+1] || inside
			case star:
				next[j] = next[j] || inside
			case starStar:
				next[j] = true
			}
		}
		skip(tokens, next)
		states, next = next, states
	}
	return states[len(tokens)]
}

type kind uint8

const (
	literal kind = iota
	one
	star
	starStar
)

type token struct {
	kind kind
	byte byte
}

func compile(pattern string) []token {
	tokens := make([]token, 0, len(pattern))
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*' && i+1 < len(pattern) && pattern[i+1] == '*':
			tokens = append(tokens, token{kind: starStar})
			i++
		case c == '*':
			tokens = append(tokens, token{kind: star})
		case c == '?':
			tokens = append(tokens, token{kind: one})
		case c == '\\' && i+1 < len(pattern):
			i++
			tokens = append(tokens, token{literal, pattern[i]})
		default:
			tokens = append(tokens, token{literal, c})
		}
	}
	return tokens
}

// skip lets every reached star match nothing.
func skip(tokens []token, states []bool) {
	for j, token := range tokens {
		if states[j] && (token.kind == star || token.kind == starStar) {
			states[j+1] = true
		}
	}
}

// matchArgs matches a list of arguments by a list of patterns, where the pattern
// "**" stands for any number of arguments.
func matchArgs(patterns, args []string) bool {
	states := make([]bool, len(patterns)+1)
	states[0] = true
	reach := func(states []bool) {
		for j, pattern := range patterns {
			if states[j] && pattern == "**" {
				states[j+1] = true
			}
		}
	}
	reach(states)
	for _, arg := range args {
		next := make([]bool, len(states))
		for j, pattern := range patterns {
			switch {
			case !states[j]:
			case pattern == "**":
				next[j] = true
			case Match(pattern, arg, 0):
				next[j+1] = true
			}
		}
		reach(next)
		states = next
	}
	return states[len(patterns)]
}
