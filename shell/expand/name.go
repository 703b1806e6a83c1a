// Package expand holds the parts of word expansion that need no shell: the field
// model, field splitting, tilde prefixes in literals, brace expansion, quoting,
// trimming and replacing by patterns (POSIX XCU 2.6).
package expand

// IsName reports whether s is a name (POSIX XBD 3.216).
func IsName(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return true
}

func isNameByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
