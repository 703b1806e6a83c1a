package fakeroot

import (
	"encoding/binary"
	"fmt"
)

// insn is struct sock_filter of classic BPF (include/uapi/linux/filter.h).
type insn struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

// The instructions used, from bpf_common.h: class | size or operation | source.
const (
	bpfLoad = 0x20 // LD|W|ABS: A = the data's 32-bit word at k
	bpfAnd  = 0x54 // ALU|AND|K: A &= k
	bpfJeq  = 0x15 // JMP|JEQ|K
	bpfJset = 0x45 // JMP|JSET|K: A & k != 0
	bpfRet  = 0x06 // RET|K
)

// An assembler collects a program whose jumps go to labels further on. The
// label "" is the next instruction.
type assembler struct {
	code   []insn
	labels map[string]int
	jumps  map[int][2]string
}

func (a *assembler) emit(code uint16, k uint32) { a.code = append(a.code, insn{code: code, k: k}) }

func (a *assembler) load(offset uint32) { a.emit(bpfLoad, offset) }
func (a *assembler) and(mask uint32)    { a.emit(bpfAnd, mask) }
func (a *assembler) ret(value uint32)   { a.emit(bpfRet, value) }

// jump goes to yes or no by the comparison code of A and k.
func (a *assembler) jump(code uint16, k uint32, yes, no string) {
	if a.jumps == nil {
		a.jumps = map[int][2]string{}
	}
	a.jumps[len(a.code)] = [2]string{yes, no}
	a.emit(code, k)
}

func (a *assembler) label(name string) {
	if a.labels == nil {
		a.labels = map[string]int{}
	}
	a.labels[name] = len(a.code)
}

// assemble resolves the labels. It fails for a missing label and for one that
// is out of the 255 instructions that a jump can skip.
func (a *assembler) assemble() ([]insn, error) {
	for at, names := range a.jumps {
		for i, name := range names {
			if name == "" {
				continue
			}
			to, ok := a.labels[name]
			skip := to - at - 1
			if !ok || skip < 0 || skip > 255 {
				return nil, fmt.Errorf("instruction %d cannot jump to %q", at, name)
			}
			if i == 0 {
				a.code[at].jt = uint8(skip)
			} else {
				a.code[at].jf = uint8(skip)
			}
		}
	}
	return a.code, nil
}

// encode gives the program as seccomp(2) takes it, in the machine's byte order.
func encode(code []insn) []byte {
	var b []byte
	for _, i := range code {
		b = binary.NativeEndian.AppendUint16(b, i.code)
		b = append(b, i.jt, i.jf)
		b = binary.NativeEndian.AppendUint32(b, i.k)
	}
	return b
}
