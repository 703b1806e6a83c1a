package attach

import "strconv"

// newer reports whether version a is later than b: numbers compare as numbers.
// Builds that are no release (a commit's hash, "unknown") are neither.
func newer(a, b string) bool {
	as, bs := numbers(a), numbers(b)
	if len(as) == 0 || len(bs) == 0 {
		return false
	}
	for i := range max(len(as), len(bs)) {
		x, y := 0, 0
		if i < len(as) {
			x = as[i]
		}
		if i < len(bs) {
			y = bs[i]
		}
		if x != y {
			return x > y
		}
	}
	return false
}

// numbers are the dotted numbers at the start of a version: 1.2.3 of v1.2.3-rc1.
// One alone may be the start of a hash and does not count.
func numbers(v string) []int {
	var list []int
	if v != "" && v[0] == 'v' {
		v = v[1:]
	}
	for v != "" {
		end := 0
		for end < len(v) && v[end] >= '0' && v[end] <= '9' {
			end++
		}
		n, err := strconv.Atoi(v[:end])
		if err != nil {
			break
		}
		list = append(list, n)
		if end == len(v) || v[end] != '.' {
			break
		}
		v = v[end+1:]
	}
	if len(list) < 2 {
		return nil
	}
	return list
}
