package arith

// op is an operator.
type op uint8

const (
	opNone op = iota
	opConst
	opVar
	opAssign  // v = l, or v = v bin l
	opPreInc  // v = v + val
	opPostInc // the same, with the old value
	opCond    // l ? r : third
	opComma
	opNot
	opPlus
	opNeg
	opFlip
	opOr
	opAnd
	opBitOr
	opXor
	opBitAnd
	opEq
	opNe
	opLt
	opLe
	opGt
	opGe
	opShl
	opShr
	opAdd
	opSub
	opMul
	opDiv
	opMod
	opPow
)

// binaries are the operators with two operands as they are written, longest
// first, and how closely they bind.
var binaries = []struct {
	text string
	op   op
	prec int
}{
	{"**", opPow, 11},
	{"<<", opShl, 8}, {">>", opShr, 8},
	{"<=", opLe, 7}, {">=", opGe, 7},
	{"==", opEq, 6}, {"!=", opNe, 6},
	{"&&", opAnd, 2}, {"||", opOr, 1},
	{"*", opMul, 10}, {"/", opDiv, 10}, {"%", opMod, 10},
	{"+", opAdd, 9}, {"-", opSub, 9},
	{"<", opLt, 7}, {">", opGt, 7},
	{"&", opBitAnd, 5}, {"^", opXor, 4}, {"|", opBitOr, 3},
}

const precPow = 11

// assigns reports whether the operator may have a = behind it.
func (o op) assigns() bool {
	switch o {
	case opShl, opShr, opMul, opDiv, opMod, opAdd, opSub, opBitAnd, opXor, opBitOr:
		return true
	}
	return false
}

// A node is an operator with its operands.
type node struct {
	op          op
	bin         op // of opAssign: the operator before the =
	depth       int32
	pos         int32 // of the operator, for errors
	l, r, third *node
	val         int64
	v           *Var
}

// apply computes an operator whose operands are both wanted. why is not empty
// when there is no result.
func apply(o op, a, b int64) (n int64, why string) {
	switch o {
	case opBitOr:
		return a | b, ""
	case opXor:
		return a ^ b, ""
	case opBitAnd:
		return a & b, ""
	case opEq:
		return truth(a == b), ""
	case opNe:
		return truth(a != b), ""
	case opLt:
		return truth(a < b), ""
	case opLe:
		return truth(a <= b), ""
	case opGt:
		return truth(a > b), ""
	case opGe:
		return truth(a >= b), ""
	case opShl: // the count modulo 64, as the processor does it for C
		return a << (uint64(b) & 63), ""
	case opShr:
		return a >> (uint64(b) & 63), ""
	case opAdd:
		return a + b, ""
	case opSub:
		return a - b, ""
	case opMul:
		return a * b, ""
	case opDiv:
		if b == 0 {
			return 0, "division by zero"
		}
		return a / b, ""
	case opMod:
		if b == 0 {
			return 0, "division by zero"
		}
		return a % b, ""
	case opPow:
		if b < 0 {
			return 0, "exponent less than 0"
		}
		return power(a, b), ""
	}
	panic("arith: no such operator")
}

func power(a, b int64) int64 {
	n := int64(1)
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			n *= a
		}
		a *= a
	}
	return n
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
