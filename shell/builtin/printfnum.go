package builtin

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// integer reads an argument as C's strtol does. What is wrong with it is
// reported, and what could be read is used.
func (f *formatter) integer(arg string) int64 {
	if r, ok := quoted(arg); ok {
		return int64(r)
	}
	if arg == "" {
		return 0
	}
	s := strings.TrimLeft(arg, " \t\n\v\f\r")
	negative := strings.HasPrefix(s, "-")
	digits := s
	if negative || strings.HasPrefix(s, "+") {
		digits = s[1:]
	}
	base := 10
	switch {
	case len(digits) > 2 && (digits[:2] == "0x" || digits[:2] == "0X") && isDigit(digits[2], 16):
		base, digits = 16, digits[2:]
	case len(digits) > 1 && digits[0] == '0':
		base = 8
	}
	n := 0
	for n < len(digits) && isDigit(digits[n], base) {
		n++
	}
	switch {
	case n == 0:
		f.fail("%s: a number is expected", arg)
		return 0
	case n < len(digits):
		f.fail("%s: only the start of it is a number", arg)
	}
	v, err := strconv.ParseUint(digits[:n], base, 64)
	// Up to the highest unsigned number all is well: %u and %x show it.
	if err != nil || negative && v > 1<<63 {
		f.fail("%s: out of range", arg)
		if negative {
			return math.MinInt64
		}
		return math.MaxInt64
	}
	if negative {
		return -int64(v)
	}
	return int64(v)
}

func isDigit(c byte, base int) bool {
	d := strings.IndexByte("0123456789abcdef", c|0x20)
	return d >= 0 && d < base && c >= '0'
}

// whole prints an integer.
func (f *formatter) whole(d directive, verb byte, v int64) {
	prefix, digits := "", ""
	switch verb {
	case 'd', 'i':
		digits = strconv.FormatInt(v, 10)
		switch {
		case v < 0:
			prefix, digits = "-", digits[1:]
		case d.plus:
			prefix = "+"
		case d.space:
			prefix = " "
		}
	case 'u':
		digits = strconv.FormatUint(uint64(v), 10)
	case 'o':
		digits = strconv.FormatUint(uint64(v), 8)
		if d.alt && digits[0] != '0' {
			digits = "0" + digits
		}
	case 'x', 'X':
		digits = strconv.FormatUint(uint64(v), 16)
		if d.alt && v != 0 {
			prefix = "0x"
		}
		if verb == 'X' {
			prefix, digits = strings.ToUpper(prefix), strings.ToUpper(digits)
		}
	}
	if d.precision >= 0 {
		d.zero = false // C: the flag counts only without a precision
		if v == 0 && d.precision == 0 {
			digits = ""
		}
		digits = strings.Repeat("0", max(d.precision-len(digits), 0)) + digits
	}
	f.pad(d, prefix, digits)
}

// real reads an argument as C's strtod does.
func (f *formatter) real(arg string) float64 {
	if r, ok := quoted(arg); ok {
		return float64(r)
	}
	if arg == "" {
		return 0
	}
	s := strings.TrimLeft(arg, " \t\n\v\f\r")
	hex := strings.HasPrefix(strings.ToLower(strings.TrimLeft(s, "+-")), "0x")
	// The longest start of it that is a number.
	for n := len(s); n > 0; n-- {
		text := s[:n]
		if hex && !strings.ContainsAny(text, "pP") {
			text += "p0" // C may leave the exponent out
		}
		v, err := strconv.ParseFloat(text, 64)
		if errors.Is(err, strconv.ErrSyntax) || strings.ContainsRune(text, '_') {
			continue
		}
		if n < len(s) {
			f.fail("%s: only the start of it is a number", arg)
		} else if err != nil {
			f.fail("%s: out of range", arg)
		}
		return v
	}
	f.fail("%s: a number is expected", arg)
	return 0
}

// float prints a floating point number as C does.
func (f *formatter) float(d directive, verb byte, v float64) {
	prefix := ""
	switch {
	case math.Signbit(v) && !math.IsNaN(v):
		prefix, v = "-", -v
	case d.plus:
		prefix = "+"
	case d.space:
		prefix = " "
	}
	lower := verb | 0x20
	precision := d.precision
	if precision < 0 && lower != 'a' {
		precision = 6
	}
	body := ""
	switch {
	case math.IsInf(v, 0) || math.IsNaN(v):
		body, d.zero = "inf", false
		if math.IsNaN(v) {
			body = "nan"
		}
	case lower == 'a':
		body = strconv.FormatFloat(v, 'x', precision, 64)
		// C writes the exponent without zeros in front.
		if i := strings.IndexByte(body, 'p'); i >= 0 && body[i+2] == '0' {
			body = body[:i+2] + body[i+3:]
		}
		prefix, body = prefix+"0x", body[2:]
	case lower == 'g':
		body = strconv.FormatFloat(v, 'g', max(precision, 1), 64)
	default:
		body = strconv.FormatFloat(v, lower, precision, 64)
		if d.alt && precision == 0 && lower == 'f' {
			body += "."
		}
	}
	if verb != lower {
		prefix, body = strings.ToUpper(prefix), strings.ToUpper(body)
	}
	f.pad(d, prefix, body)
}
