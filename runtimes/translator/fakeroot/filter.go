package fakeroot

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// family is an architecture and the one for older programs on the same machine.
var family = map[string][2]uint32{
	"amd64": {archX86_64, archI386},
	"arm64": {archAArch64, archARM},
}

// Filter returns the seccomp program for a machine of arch (as in GOARCH), an
// array of struct sock_filter. It is to be installed with the flags NEW_LISTENER
// and WAIT_KILLABLE_RECV, and its listener given to [Supervisor.Add].
func Filter(arch string) ([]byte, error) {
	archs, ok := family[arch]
	if !ok {
		return nil, fmt.Errorf("the fake root has no table of system calls for %s: %w", arch, errors.ErrUnsupported)
	}
	var a assembler
	a.load(dataArch)
	a.jump(bpfJeq, archs[1], "compat", "")
	a.jump(bpfJeq, archs[0], "", "enosys")
	a.load(dataNr)
	if archs[0] == archX86_64 {
		a.jump(bpfJset, x32Bit, "enosys", "")
	}
	decide(&a, "native:", archs[0])
	a.label("enosys") // between the two, so that both reach it
	a.ret(retErrno | uint32(unix.ENOSYS))
	a.label("compat")
	a.load(dataNr)
	decide(&a, "compat:", archs[1])
	code, err := a.assemble()
	if err != nil {
		return nil, fmt.Errorf("seccomp filter for %s: %w", arch, err)
	}
	return encode(code), nil
}

// decide emits the decision for one architecture, with the number loaded. The
// kernel caches what is allowed whatever its arguments (Linux 5.11), so that the
// length of the chain costs the other calls nothing.
func decide(a *assembler, prefix string, arch uint32) {
	on := func(label string) string { return prefix + label }
	for _, c := range calls[arch] {
		a.jump(bpfJeq, c.nr, on(treatment(c.op)), "")
	}
	a.label(on("allow"))
	a.ret(retAllow)

	a.label(on("chown1"))
	chown(a, on, 1)
	a.label(on("chown2"))
	chown(a, on, 2)
	a.label(on("mknod"))
	mknod(a, on, 1)
	a.label(on("mknodat"))
	mknod(a, on, 2)

	a.label(on("prctl"))
	a.load(arg(0))
	a.jump(bpfJeq, prSetKeepcaps, on("notify"), "")
	a.jump(bpfJeq, prSetSecbits, on("notify"), on("pass"))

	a.label(on("prlimit")) // a read only, if the new limit is NULL
	a.load(arg(2))
	a.jump(bpfJeq, 0, "", on("prlimit set"))
	a.load(arg(2) + 4)
	a.jump(bpfJeq, 0, on("pass"), "")
	a.label(on("prlimit set"))
	a.load(arg(1))
	a.jump(bpfJeq, rlimitLocks, on("zero"), on("pass"))

	a.label(on("setrlimit"))
	a.load(arg(0))
	a.jump(bpfJeq, rlimitLocks, on("zero"), on("pass"))

	a.label(on("notify"))
	a.ret(retNotify)
	a.label(on("pass"))
	a.ret(retAllow)
	a.label(on("zero"))
	a.ret(retErrno)
	a.label(on("uid16"))
	a.ret(retErrno | uint32(unix.ENOSYS))
}

// treatment names the label in decide at which a call is decided.
func treatment(o op) string {
	switch o {
	case opChown1:
		return "chown1"
	case opChown2:
		return "chown2"
	case opMknod:
		return "mknod"
	case opMknodat:
		return "mknodat"
	case opPrctl:
		return "prctl"
	case opSetrlimit:
		return "setrlimit"
	case opPrlimit:
		return "prlimit"
	case opUID16:
		return "uid16"
	}
	return "notify"
}

// arg is the offset of the low word of an argument: ids, modes, devices and
// resources are 32 bits wide, and the kernel looks at no more.
func arg(n uint32) uint32 { return dataArgs + 8*n }

const keep = 0xffffffff // (uid_t)-1: leave as it is

// chown lets ids that exist pass and swallows the others; ids are in n and n+1.
func chown(a *assembler, on func(string) string, n uint32) {
	second := on(fmt.Sprintf("second id %d", n))
	a.load(arg(n))
	a.jump(bpfJeq, 0, second, "")
	a.jump(bpfJeq, keep, second, on("zero"))
	a.label(second)
	a.load(arg(n + 1))
	a.jump(bpfJeq, 0, on("pass"), "")
	a.jump(bpfJeq, keep, on("pass"), on("zero"))
}

// mknod sends devices to the supervisor; the mode is in n, the device in n+1.
func mknod(a *assembler, on func(string) string, n uint32) {
	device := on(fmt.Sprintf("device %d", n))
	a.load(arg(n))
	a.and(unix.S_IFMT)
	a.jump(bpfJeq, unix.S_IFCHR, device, "")
	a.jump(bpfJeq, unix.S_IFBLK, device, on("pass"))
	a.label(device)
	a.load(arg(n + 1))
	a.jump(bpfJeq, 0, on("pass"), on("notify"))
}
