#include "textflag.h"

// Routines of the kit's own programs: see probe.go and probe_amd64.s.

#define PARAM 0x400400
#define DATA  0x600000

#define SYS_fcntl      25
#define SYS_openat     56
#define SYS_read       63
#define SYS_write      64
#define SYS_exit_group 94
#define F_GETFD        1

TEXT copyFile<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$0, R9		// descriptor to read
	MOVD	$PARAM, R1
	MOVBU	(R1), R2
	CBZ	R2, more
	MOVD	$-100, R0	// AT_FDCWD
	MOVD	$0, R2		// O_RDONLY
	MOVD	$SYS_openat, R8
	SVC
	MOVD	R0, R9
	TBNZ	$63, R0, fail
more:
	MOVD	R9, R0
	MOVD	$DATA, R1
	MOVD	$65536, R2
	MOVD	$SYS_read, R8
	SVC
	TBNZ	$63, R0, fail
	CBZ	R0, done
	MOVD	R0, R10		// bytes to write
	MOVD	$DATA, R11
write:
	MOVD	$1, R0
	MOVD	R11, R1
	MOVD	R10, R2
	MOVD	$SYS_write, R8
	SVC
	TBNZ	$63, R0, fail
	ADD	R0, R11
	SUB	R0, R10
	CBNZ	R10, write
	B	more
fail:
	NEG	R0, R0
done:
	MOVD	$SYS_exit_group, R8
	SVC

TEXT listFds<>(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$0, R9
	MOVD	$DATA, R10
next:
	MOVD	R9, R0
	MOVD	$F_GETFD, R1
	MOVD	$SYS_fcntl, R8
	SVC
	MVN	R0, R0		// sign bit: no error
	LSR	$63, R0, R0
	MOVB	R0, (R10)(R9)
	ADD	$1, R9
	CMP	$1024, R9
	BNE	next
	MOVD	$1, R0
	MOVD	R10, R1
	MOVD	R9, R2
	MOVD	$SYS_write, R8
	SVC
	SUB	R0, R9, R0	// 0 when all were written
	MOVD	$SYS_exit_group, R8
	SVC

TEXT ·copyPC(SB), NOSPLIT, $0-8
	MOVD	$copyFile<>(SB), R0
	MOVD	R0, ret+0(FP)
	RET

TEXT ·fdsPC(SB), NOSPLIT, $0-8
	MOVD	$listFds<>(SB), R0
	MOVD	R0, ret+0(FP)
	RET
