#include "textflag.h"

// func vfork(flags uintptr) (pid, errno uintptr)
//
// clone(flags, 0, 0, 0, 0) with the child on its parent's stack. The return
// address stays in the link register, of which each process has its own.
TEXT ·vfork(SB),NOSPLIT|NOFRAME,$0-24
	MOVD	flags+0(FP), R0
	MOVD	$0, R1
	MOVD	$0, R2
	MOVD	$0, R3
	MOVD	$0, R4
	MOVD	$220, R8 // SYS_clone
	SVC
	CMN	$4095, R0
	BCC	ok
	MOVD	ZR, pid+8(FP)
	NEG	R0, R0
	MOVD	R0, errno+16(FP)
	RET
ok:
	MOVD	R0, pid+8(FP)
	MOVD	ZR, errno+16(FP)
	RET

// func raw(nr, a1, a2, a3, a4 uintptr) (r uintptr, errno syscall.Errno)
TEXT ·raw(SB),NOSPLIT,$0-56
	MOVD	a1+8(FP), R0
	MOVD	a2+16(FP), R1
	MOVD	a3+24(FP), R2
	MOVD	a4+32(FP), R3
	MOVD	$0, R4
	MOVD	$0, R5
	MOVD	nr+0(FP), R8
	SVC
	CMN	$4095, R0
	BCC	ok
	MOVD	ZR, r+40(FP)
	NEG	R0, R0
	MOVD	R0, errno+48(FP)
	RET
ok:
	MOVD	R0, r+40(FP)
	MOVD	ZR, errno+48(FP)
	RET
