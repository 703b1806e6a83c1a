package builtin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
)

func umask(sh *eval.Shell, args []string) int {
	symbolic, command := false, false
	o := parseOptions(sh, args, "Sp")
	for o.next() {
		switch o.letter {
		case 'S':
			symbolic = true
		case 'p':
			command = true
		}
	}
	switch {
	case o.failed:
		return 2
	case len(o.rest) > 1:
		return tooMany(sh, args)
	case len(o.rest) == 0:
		text := fmt.Sprintf("%04o", sh.Umask())
		if symbolic {
			text = symbolicMask(sh.Umask())
		}
		switch {
		case command && symbolic:
			text = "umask -S " + text
		case command:
			text = "umask " + text
		}
		return sh.Output("umask", []byte(text+"\n"))
	}
	operand := o.rest[0]
	if c := operand[:min(1, len(operand))]; c != "" && '0' <= c[0] && c[0] <= '9' {
		mask, err := strconv.ParseUint(operand, 8, 32)
		if err != nil || mask > 0o777 {
			return sh.Fail(1, "umask: %s: an octal number up to 777 is expected", operand)
		}
		sh.SetUmask(uint32(mask))
		return 0
	}
	mask, ok := parseSymbolic(sh.Umask(), operand)
	if !ok {
		return sh.Fail(1, "umask: %s: not a symbolic mode", quote(operand))
	}
	sh.SetUmask(mask)
	return 0
}

// symbolicMask shows what a mask allows: u=rwx,g=rx,o=rx.
func symbolicMask(mask uint32) string {
	var parts []string
	for i, who := range []string{"u", "g", "o"} {
		bits := ^mask >> (6 - 3*i) & 7
		part := who + "="
		for k, c := range []string{"r", "w", "x"} {
			if bits&(4>>k) != 0 {
				part += c
			}
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ",")
}

// parseSymbolic applies a symbolic mode (POSIX XCU chmod) to what mask allows.
func parseSymbolic(mask uint32, mode string) (_ uint32, ok bool) {
	allowed := ^mask & 0o777
	for _, clause := range strings.Split(mode, ",") {
		i := 0
		who := uint32(0)
		for ; i < len(clause) && strings.IndexByte("ugoa", clause[i]) >= 0; i++ {
			who |= map[byte]uint32{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[clause[i]]
		}
		if who == 0 {
			who = 0o777
		}
		if i == len(clause) {
			return 0, false
		}
		for i < len(clause) {
			op := clause[i]
			if strings.IndexByte("+-=", op) < 0 {
				return 0, false
			}
			end := i + 1
			for end < len(clause) && strings.IndexByte("+-=", clause[end]) < 0 {
				end++
			}
			bits, ok := permissions(allowed, clause[i+1:end])
			if !ok {
				return 0, false
			}
			switch bits &= who; op {
			case '+':
				allowed |= bits
			case '-':
				allowed &^= bits
			case '=':
				allowed = allowed&^who | bits
			}
			i = end
		}
	}
	return ^allowed & 0o777, true
}

// permissions reads the letters rwxXst, or one of ugo, whose bits are copied. The
// result has the bits for user, group and others alike.
func permissions(allowed uint32, letters string) (bits uint32, ok bool) {
	switch letters {
	case "u":
		return allowed >> 6 & 7 * 0o111, true
	case "g":
		return allowed >> 3 & 7 * 0o111, true
	case "o":
		return allowed & 7 * 0o111, true
	}
	for _, c := range []byte(letters) {
		switch c {
		case 'r':
			bits |= 0o444
		case 'w':
			bits |= 0o222
		case 'x':
			bits |= 0o111
		case 'X':
			if allowed&0o111 != 0 {
				bits |= 0o111
			}
		case 's', 't': // a mask has no such bits
		default:
			return 0, false
		}
	}
	return bits, true
}
