package fakeroot

// An op is a system call that the filter does not leave alone, whatever its
// number is on an architecture.
type op uint8

const (
	opChown1  op = iota + 1 // chown, lchown, fchown: ids in arguments 1 and 2
	opChown2                // fchownat: ids in 2 and 3
	opMknod                 // mode in argument 1, device in 2
	opMknodat               // mode in 2, device in 3
	opSetuid
	opSetgid
	opSetreuid
	opSetregid
	opSetresuid
	opSetresgid
	opSetfsuid
	opSetfsgid
	opSetgroups
	opGetuid
	opGetgid
	opGeteuid
	opGetegid
	opGetresuid
	opGetresgid
	opGetgroups
	opCapset
	opPrctl
	opSetrlimit
	opPrlimit
	opUID16 // the calls with 16-bit ids
)

type call struct {
	nr uint32
	op op
}

// calls are the numbers by architecture: arch/x86/entry/syscalls/syscall_64.tbl
// and syscall_32.tbl, include/uapi/asm-generic/unistd.h, arch/arm/tools/syscall.tbl.
var calls = map[uint32][]call{
	archX86_64: {
		{92, opChown1}, {93, opChown1}, {94, opChown1}, {260, opChown2},
		{133, opMknod}, {259, opMknodat},
		{102, opGetuid}, {104, opGetgid}, {107, opGeteuid}, {108, opGetegid},
		{118, opGetresuid}, {120, opGetresgid}, {115, opGetgroups},
		{105, opSetuid}, {106, opSetgid}, {113, opSetreuid}, {114, opSetregid},
		{117, opSetresuid}, {119, opSetresgid}, {122, opSetfsuid}, {123, opSetfsgid},
		{116, opSetgroups}, {126, opCapset}, {157, opPrctl},
		{160, opSetrlimit}, {302, opPrlimit},
	},
	archAArch64: {
		{55, opChown1}, {54, opChown2}, {33, opMknodat},
		{174, opGetuid}, {176, opGetgid}, {175, opGeteuid}, {177, opGetegid},
		{148, opGetresuid}, {150, opGetresgid}, {158, opGetgroups},
		{146, opSetuid}, {144, opSetgid}, {145, opSetreuid}, {143, opSetregid},
		{147, opSetresuid}, {149, opSetresgid}, {151, opSetfsuid}, {152, opSetfsgid},
		{159, opSetgroups}, {91, opCapset}, {167, opPrctl},
		{164, opSetrlimit}, {261, opPrlimit},
	},
	archI386: append([]call{{298, opChown2}, {297, opMknodat}, {340, opPrlimit}}, calls32...),
	archARM:  append([]call{{325, opChown2}, {324, opMknodat}, {369, opPrlimit}}, calls32...),
}

// calls32 have the same numbers on i386 and ARM.
var calls32 = []call{
	{212, opChown1}, {207, opChown1}, {198, opChown1}, {14, opMknod},
	{199, opGetuid}, {200, opGetgid}, {201, opGeteuid}, {202, opGetegid},
	{209, opGetresuid}, {211, opGetresgid}, {205, opGetgroups},
	{213, opSetuid}, {214, opSetgid}, {203, opSetreuid}, {204, opSetregid},
	{208, opSetresuid}, {210, opSetresgid}, {215, opSetfsuid}, {216, opSetfsgid},
	{206, opSetgroups}, {185, opCapset}, {172, opPrctl}, {75, opSetrlimit},

	{182, opUID16}, {95, opUID16}, {16, opUID16}, // chown fchown lchown
	{24, opUID16}, {47, opUID16}, {49, opUID16}, {50, opUID16}, // getuid getgid geteuid getegid
	{165, opUID16}, {171, opUID16}, {80, opUID16}, // getresuid getresgid getgroups
	{23, opUID16}, {46, opUID16}, {70, opUID16}, {71, opUID16}, // setuid setgid setreuid setregid
	{164, opUID16}, {170, opUID16}, {138, opUID16}, {139, opUID16}, // setresuid setresgid setfsuid setfsgid
	{81, opUID16}, // setgroups
}

// find returns the op of a call number, 0 if there is none.
func find(arch, nr uint32) op {
	for _, c := range calls[arch] {
		if c.nr == nr {
			return c.op
		}
	}
	return 0
}
