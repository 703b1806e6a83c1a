package eval

// Attr is a set of attributes of a variable.
type Attr uint16

const (
	Exported Attr = 1 << iota
	Readonly
	Integer // declare -i: assigned values are arithmetic
	Lower   // declare -l
	Upper   // declare -u
	Nameref // declare -n
	Indexed // declare -a
	Assoc   // declare -A
	hooked  // value comes from dynamics
)

// A variable's value is a string, a number whose string is made on demand, or an
// array. Variables are shared between a shell and its subshells; gen names the
// shell that may change this one, all others copy it first.
type variable struct {
	gen   uint64
	num   int64
	str   string
	arr   *array
	attr  Attr
	set   bool
	strOK bool // str holds the value
	numOK bool // num holds the value, in decimal as str has it
}

// text is the value as a string; of an array, that of element 0.
func (v *variable) text() (string, bool) {
	if v == nil || !v.set {
		return "", false
	}
	if v.arr != nil {
		return v.arr.first()
	}
	if !v.strOK {
		return itoa(v.num), true
	}
	return v.str, true
}

func (v *variable) setText(s string) {
	v.set = true
	if v.arr != nil {
		v.arr.put("0", 0, s)
		return
	}
	v.str, v.strOK, v.numOK = s, true, false
}

func (v *variable) setNumber(n int64) {
	v.set = true
	if v.arr != nil {
		v.arr.put("0", 0, itoa(n))
		return
	}
	v.num, v.numOK, v.strOK = n, true, false
	v.str = ""
}

// number is the value when it is a plain decimal number.
func (v *variable) number() (int64, bool) {
	if v == nil || !v.set || v.arr != nil {
		return 0, false
	}
	if v.numOK {
		return v.num, true
	}
	return decimal(v.str)
}

// decimal reads a decimal number as C and the shell write it: no leading zero,
// which would make it octal.
func decimal(s string) (int64, bool) {
	neg := len(s) > 1 && s[0] == '-'
	d := s
	if neg {
		d = s[1:]
	}
	if len(d) == 0 || len(d) > 18 || d[0] == '0' && len(d) > 1 {
		return 0, false
	}
	n := int64(0)
	for i := 0; i < len(d); i++ {
		c := d[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if neg {
		n = -n
	}
	return n, true
}
