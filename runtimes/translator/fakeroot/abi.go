package fakeroot

// The Linux ABI, from include/uapi/linux/{seccomp,audit,bpf_common,capability,prctl}.h
// and include/uapi/asm-generic/resource.h.

const (
	archX86_64  = 0xc000003e
	archI386    = 0x40000003
	archAArch64 = 0xc00000b7
	archARM     = 0x40000028

	x32Bit = 0x40000000 // in the number of an x32 call; its arch is archX86_64
)

// Offsets in struct seccomp_data. Arguments are 64 bits wide on all
// architectures; low words come first on the little-endian ones served here.
const (
	dataNr   = 0
	dataArch = 4
	dataArgs = 16
)

// What a filter returns.
const (
	retErrno  = 0x00050000 // plus the errno; 0 makes the call succeed
	retNotify = 0x7fc00000
	retAllow  = 0x7fff0000
)

const (
	seccompSetModeFilter       = 1
	seccompGetActionAvail      = 2
	filterFlagNewListener      = 1 << 3
	filterFlagWaitKillableRecv = 1 << 5

	notifRecv     = 0xc0502100 // SECCOMP_IOCTL_NOTIF_RECV
	notifSend     = 0xc0182101 // SECCOMP_IOCTL_NOTIF_SEND
	notifIDValid  = 0x40082102 // SECCOMP_IOCTL_NOTIF_ID_VALID
	notifSetFlags = 0x40082104 // SECCOMP_IOCTL_NOTIF_SET_FLAGS, Linux 6.6

	notifSyncWakeUp   = 1 << 0 // SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
	notifFlagContinue = 1 << 0 // SECCOMP_USER_NOTIF_FLAG_CONTINUE
)

// notification is struct seccomp_notif.
type notification struct {
	ID    uint64
	Tid   uint32
	Flags uint32
	Nr    uint32
	Arch  uint32
	IP    uint64
	Args  [6]uint64
}

// answer is struct seccomp_notif_resp. Error is negative.
type answer struct {
	ID    uint64
	Val   int64
	Error int32
	Flags uint32
}

const (
	rlimitLocks   = 10
	rlimInfinity  = 1<<64 - 1
	ngroupsMax    = 65536 // include/uapi/linux/limits.h
	pathMax       = 4096
	capSetgid     = 6
	capSetuid     = 7
	capVersion1   = 0x19980330
	capVersion2   = 0x20071026
	capVersion3   = 0x20080522
	prSetKeepcaps = 8
	prSetSecbits  = 28

	secbitKeepCaps = 1 << 4
)
