#include "textflag.h"

#define SYS_prlimit64 302
#define RLIMIT_NOFILE 7

// func getrlimit(limit unsafe.Pointer) (errno uintptr)
TEXT ·getrlimit(SB),NOSPLIT,$0-16
	MOVQ	$0, DI
	MOVQ	$RLIMIT_NOFILE, SI
	MOVQ	$0, DX
	MOVQ	limit+0(FP), R10
	MOVQ	$SYS_prlimit64, AX
	SYSCALL
	MOVQ	AX, errno+8(FP)
	RET
