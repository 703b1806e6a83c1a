package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type nodeKind uint8

const (
	nodeItem nodeKind = iota
	nodeStar
	nodeGroup
)

// A node is one element of a pattern.
type node struct {
	item
	kind nodeKind
	op   byte     // of a group: ? * + @ or !
	alts [][]node // of a group
}

// maxDepth limits how deep groups nest, and so the depth of recursion. What is
// deeper stands for itself.
const maxDepth = 200

type compiler struct {
	src    string
	pos    int
	opt    Options
	closes map[int]int // where the parenthesis that opens at the key closes
	last   int         // behind the last ]: no bracket expression ends later
	groups bool
}

func newCompiler(src string, opt Options) *compiler {
	c := &compiler{src: src, opt: opt, last: strings.LastIndexByte(src, ']') + 1}
	if opt.Extglob {
		c.pairParens()
	}
	return c
}

// sequence reads nodes until the end, or inside a group until | or ).
func (c *compiler) sequence(depth int) []node {
	var nodes []node
	var lit []byte
	flush := func() {
		if len(lit) > 0 {
			nodes = append(nodes, node{item: item{lit: string(lit)}})
			lit = lit[:0]
		}
	}
	for c.pos < len(c.src) {
		ch := c.src[c.pos]
		if depth > 0 && (ch == '|' || ch == ')') {
			break
		}
		if c.opensGroup(depth) {
			flush()
			nodes = append(nodes, c.group(depth))
			continue
		}
		switch ch {
		case '*':
			flush()
			nodes = append(nodes, node{kind: nodeStar})
			c.pos++
			continue
		case '?':
			flush()
			nodes = append(nodes, node{})
			c.pos++
			continue
		case '[':
			if set, end := parseBracket(c.src[:max(c.last, c.pos)], c.pos, c.opt.NoCase); set != nil {
				flush()
				nodes = append(nodes, node{item: item{set: set}})
				c.pos = end
				continue
			}
		case '\\':
			if c.pos+1 < len(c.src) {
				c.pos++
			}
		}
		r, end := next(c.src, c.pos)
		text := c.src[c.pos:end]
		c.pos = end
		switch {
		case c.opt.NoCase && unicode.SimpleFold(r) != r, r >= badByte && !utf8.ValidString(text):
			// Such a character has no fixed bytes, or its byte could be found
			// in the middle of another character.
			set := &bracket{nocase: c.opt.NoCase}
			set.add(r, r)
			flush()
			nodes = append(nodes, node{item: item{set: set}})
		default:
			lit = append(lit, text...)
		}
	}
	flush()
	return nodes
}

// opensGroup reports whether a group that is also closed begins here.
func (c *compiler) opensGroup(depth int) bool {
	if !c.opt.Extglob || depth >= maxDepth || c.pos+1 >= len(c.src) || c.src[c.pos+1] != '(' {
		return false
	}
	if strings.IndexByte("?*+@!", c.src[c.pos]) < 0 {
		return false
	}
	_, closed := c.closes[c.pos+1]
	return closed
}

func (c *compiler) group(depth int) node {
	c.groups = true
	g := node{kind: nodeGroup, op: c.src[c.pos]}
	end := c.closes[c.pos+1]
	c.pos += 2
	for {
		g.alts = append(g.alts, c.alternative(depth+1, end))
		c.pos++ // the | or the )
		if c.pos > end {
			return g
		}
	}
}

// alternative reads one branch of the group that closes at end. A parenthesis
// that opens no group pairs with its own closing one, and both are text.
func (c *compiler) alternative(depth, end int) []node {
	var nodes []node
	for {
		nodes = append(nodes, c.sequence(depth)...)
		if c.pos >= end || c.src[c.pos] == '|' {
			return nodes
		}
		nodes = append(nodes, node{item: item{lit: ")"}})
		c.pos++
	}
}

// pairParens finds every pair of parentheses in one pass, so that a group that
// is never closed costs nothing twice.
func (c *compiler) pairParens() {
	c.closes = make(map[int]int)
	var open []int
	for i := 0; i < len(c.src); i++ {
		switch c.src[i] {
		case '\\':
			i++
		case '[':
			if set, end := parseBracket(c.src[:max(c.last, i)], i, false); set != nil {
				i = end - 1
			}
		case '(':
			open = append(open, i)
		case ')':
			if n := len(open); n > 0 {
				c.closes[open[n-1]] = i
				open = open[:n-1]
			}
		}
	}
}
