package conformance

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unsafe"
)

// The kit's own programs. What a process was given at its start must be told by
// a program without a runtime of its own, since those change it: Go's opens
// descriptors 0 to 2 where they are closed and resets signals, a shell adds to
// its environment. So each is one assembly routine of this package (see
// probe_amd64.s), copied from our own text into a file with an ELF header:
// static, no libc, and independent of what the distro holds.
//
// copy writes a file, or its descriptor 0, to its descriptor 1; fds writes one
// byte a descriptor number below fdLimit, 1 for open. Both exit 0, or with the
// number of the error.
type probes struct {
	args   string // writes its arguments, each ended by NUL
	env    string // writes its environment, each ended by NUL
	status string // writes /proc/self/status: umask, signals
	limits string // writes /proc/self/limits
	stat   string // writes /proc/self/stat: group, session, terminal
	copy   string // descriptor 0 to descriptor 1
	fds    string // open descriptors
}

// fdLimit is how many descriptor numbers fds looks at, as in probe_amd64.s.
const fdLimit = 1024

// Layout of a probe in memory, known to the assembly routines too.
const (
	probeBase  = 0x400000
	probeParam = 0x400400 // NUL-terminated path for copy
	probeCode  = 0x400100
	probeData  = 0x600000 // zeroed, writable
	codeSize   = 0x200    // no routine is longer
	paramSize  = 0x100
	dataSize   = 0x20000
)

func writeProbes(folder string) (probes, error) {
	machine, ok := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
	if !ok {
		return probes{}, fmt.Errorf("no probes for %s", runtime.GOARCH)
	}
	var p probes
	for _, f := range []struct {
		name, param string
		code        unsafe.Pointer
		path        *string
	}{
		{"args", "/proc/self/cmdline", copyPC(), &p.args},
		{"env", "/proc/self/environ", copyPC(), &p.env},
		{"status", "/proc/self/status", copyPC(), &p.status},
		{"limits", "/proc/self/limits", copyPC(), &p.limits},
		{"stat", "/proc/self/stat", copyPC(), &p.stat},
		{"copy", "", copyPC(), &p.copy},
		{"fds", "", fdsPC(), &p.fds},
	} {
		*f.path = filepath.Join(folder, "probe-"+f.name)
		if err := os.WriteFile(*f.path, probeFile(machine, f.code, f.param), 0o755); err != nil {
			return probes{}, err
		}
		if err := os.Chmod(*f.path, 0o755); err != nil { // whatever the umask
			return probes{}, err
		}
	}
	return p, nil
}

// probeFile is an executable that runs the routine at code (elf(5)).
func probeFile(machine elf.Machine, code unsafe.Pointer, param string) []byte {
	head := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Entry: probeCode, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 2,
	}
	size := uint64(probeParam + paramSize - probeBase)
	segments := []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Vaddr: probeBase, Filesz: size, Memsz: size, Align: 0x10000},
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Vaddr: probeData, Memsz: dataSize, Align: 0x10000},
	}
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, head)
	binary.Write(&b, binary.LittleEndian, segments)
	image := make([]byte, size)
	copy(image, b.Bytes())
	// What lies behind the routine in our text is copied with it, and is never run.
	copy(image[probeCode-probeBase:], unsafe.Slice((*byte)(code), codeSize))
	copy(image[probeParam-probeBase:], param)
	return image
}

// copyPC and fdsPC are the addresses of the routines; a Go expression would
// give those of the wrappers that the compiler puts around them.
func copyPC() unsafe.Pointer
func fdsPC() unsafe.Pointer
