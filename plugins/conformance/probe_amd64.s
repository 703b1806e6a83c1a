#include "textflag.h"

// Routines of the kit's own programs: see probe.go. They are never called here,
// only copied into files, so they use no symbol and no stack.

#define PARAM 0x400400
#define DATA  0x600000

#define SYS_read       0
#define SYS_write      1
#define SYS_open       2
#define SYS_fcntl      72
#define SYS_exit_group 231
#define F_GETFD        1

// copyFile writes the file named at PARAM, descriptor 0 when that is empty, to
// descriptor 1.
TEXT copyFile<>(SB), NOSPLIT|NOFRAME, $0-0
	XORL	R12, R12	// descriptor to read
	MOVL	$PARAM, DI
	CMPB	(DI), $0
	JEQ	more
	XORL	SI, SI		// O_RDONLY
	MOVL	$SYS_open, AX
	SYSCALL
	MOVQ	AX, R12
	TESTQ	AX, AX
	JLT	fail
more:
	MOVQ	R12, DI
	MOVL	$DATA, SI
	MOVL	$65536, DX
	MOVL	$SYS_read, AX
	SYSCALL
	TESTQ	AX, AX
	JLT	fail
	JEQ	done
	MOVQ	AX, R13		// bytes to write
	MOVL	$DATA, R15
write:
	MOVL	$1, DI
	MOVQ	R15, SI
	MOVQ	R13, DX
	MOVL	$SYS_write, AX
	SYSCALL
	TESTQ	AX, AX
	JLT	fail
	ADDQ	AX, R15
	SUBQ	AX, R13
	JNE	write
	JMP	more
fail:
	NEGQ	AX
done:
	MOVQ	AX, DI
	MOVL	$SYS_exit_group, AX
	SYSCALL

// listFds writes a byte for each of 1024 descriptors to descriptor 1.
TEXT listFds<>(SB), NOSPLIT|NOFRAME, $0-0
	XORL	R12, R12
	MOVL	$DATA, R13
next:
	MOVQ	R12, DI
	MOVL	$F_GETFD, SI
	MOVL	$SYS_fcntl, AX
	SYSCALL
	NOTQ	AX		// sign bit: no error
	SHRQ	$63, AX
	MOVB	AX, (R13)(R12*1)
	INCQ	R12
	CMPQ	R12, $1024
	JNE	next
	MOVL	$1, DI
	MOVQ	R13, SI
	MOVQ	R12, DX
	MOVL	$SYS_write, AX
	SYSCALL
	SUBQ	R12, AX
	NEGQ	AX		// 0 when all were written
	MOVQ	AX, DI
	MOVL	$SYS_exit_group, AX
	SYSCALL

TEXT ·copyPC(SB), NOSPLIT, $0-8
	LEAQ	copyFile<>(SB), AX
	MOVQ	AX, ret+0(FP)
	RET

TEXT ·fdsPC(SB), NOSPLIT, $0-8
	LEAQ	listFds<>(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
