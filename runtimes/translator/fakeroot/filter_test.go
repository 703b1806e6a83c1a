package fakeroot

import (
	"encoding/binary"
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

// decisionOf interprets a seccomp program: the instructions that the kernel's
// interpreter (kernel/bpf/core.c) would run, as far as Filter uses them.
func decisionOf(t *testing.T, program []byte, arch, nr uint32, args ...uint64) string {
	t.Helper()
	data := make([]byte, 64)
	binary.LittleEndian.PutUint32(data[dataNr:], nr)
	binary.LittleEndian.PutUint32(data[dataArch:], arch)
	for i, a := range args {
		binary.LittleEndian.PutUint64(data[dataArgs+8*i:], a)
	}
	var acc uint32
	for pc := 0; pc < len(program)/8; pc++ {
		code := binary.NativeEndian.Uint16(program[8*pc:])
		jt, jf := int(program[8*pc+2]), int(program[8*pc+3])
		k := binary.NativeEndian.Uint32(program[8*pc+4:])
		branch := func(yes bool) {
			if yes {
				pc += jt
			} else {
				pc += jf
			}
		}
		switch code {
		case bpfLoad:
			acc = binary.LittleEndian.Uint32(data[k:])
		case bpfAnd:
			acc &= k
		case bpfJeq:
			branch(acc == k)
		case bpfJset:
			branch(acc&k != 0)
		case bpfRet:
			switch {
			case k == retAllow:
				return "allow"
			case k == retNotify:
				return "notify"
			case k&0xffff0000 == retErrno:
				return fmt.Sprint("errno ", k&0xffff)
			}
			t.Fatalf("returned %#x", k)
		default:
			t.Fatalf("instruction %d has code %#x", pc, code)
		}
	}
	t.Fatal("ran off the end")
	return ""
}

const minus1 = 1<<64 - 1

func TestFilterAMD64(t *testing.T) {
	program, err := Filter("amd64")
	if err != nil {
		t.Fatal(err)
	}
	nosys := fmt.Sprint("errno ", uint32(unix.ENOSYS))
	for _, c := range []struct {
		name string
		arch uint32
		nr   uint32
		args []uint64
		want string
	}{
		{"read", archX86_64, 0, nil, "allow"},
		{"execve", archX86_64, 59, nil, "allow"},
		{"chown 0 0", archX86_64, 92, []uint64{1, 0, 0}, "allow"},
		{"chown -1 0", archX86_64, 92, []uint64{1, minus1, 0}, "allow"},
		{"chown 0 32-bit -1", archX86_64, 92, []uint64{1, 0, 0xffffffff}, "allow"},
		{"chown 5 0", archX86_64, 92, []uint64{1, 5, 0}, "errno 0"},
		{"chown 0 5", archX86_64, 92, []uint64{1, 0, 5}, "errno 0"},
		{"chown with rubbish above the 32 bits", archX86_64, 92, []uint64{1, 7 << 32, 9 << 32}, "allow"},
		{"fchown 5 5", archX86_64, 93, []uint64{3, 5, 5}, "errno 0"},
		{"lchown 5 5", archX86_64, 94, []uint64{1, 5, 5}, "errno 0"},
		{"fchownat 0 0", archX86_64, 260, []uint64{5, 5, 0, 0, 0}, "allow"},
		{"fchownat 1 -1", archX86_64, 260, []uint64{5, 5, 1, minus1, 0}, "errno 0"},
		{"mknod fifo", archX86_64, 133, []uint64{1, 0o010644, 0}, "allow"},
		{"mknod file", archX86_64, 133, []uint64{1, 0o644, 5}, "allow"},
		{"mknod socket", archX86_64, 133, []uint64{1, 0o140644, 5}, "allow"},
		{"mknod char", archX86_64, 133, []uint64{1, 0o020644, 0x103}, "notify"},
		{"mknod block", archX86_64, 133, []uint64{1, 0o060644, 0x103}, "notify"},
		{"mknod whiteout", archX86_64, 133, []uint64{1, 0o020000, 0}, "allow"},
		{"mknodat char", archX86_64, 259, []uint64{5, 1, 0o020644, 0x103}, "notify"},
		{"mknodat whiteout", archX86_64, 259, []uint64{5, 1, 0o020000, 0}, "allow"},
		{"getuid", archX86_64, 102, nil, "notify"},
		{"setresgid", archX86_64, 119, []uint64{1, 1, 1}, "notify"},
		{"setgroups", archX86_64, 116, []uint64{0, 0}, "notify"},
		{"capset", archX86_64, 126, nil, "notify"},
		{"capget", archX86_64, 125, nil, "allow"},
		{"prctl keepcaps", archX86_64, 157, []uint64{8, 1}, "notify"},
		{"prctl securebits", archX86_64, 157, []uint64{28, 0}, "notify"},
		{"prctl name", archX86_64, 157, []uint64{15, 0}, "allow"},
		{"setrlimit nofile", archX86_64, 160, []uint64{7, 1}, "allow"},
		{"setrlimit locks", archX86_64, 160, []uint64{10, 1}, "errno 0"},
		{"prlimit read locks", archX86_64, 302, []uint64{0, 10, 0, 1}, "allow"},
		{"prlimit set locks", archX86_64, 302, []uint64{0, 10, 1, 0}, "errno 0"},
		{"prlimit set locks, pointer with low word 0", archX86_64, 302, []uint64{0, 10, 1 << 32, 0}, "errno 0"},
		{"prlimit set nofile", archX86_64, 302, []uint64{0, 7, 1, 0}, "allow"},
		{"x32 getuid", archX86_64, x32Bit | 102, nil, nosys},
		{"x32 read", archX86_64, x32Bit, nil, nosys},
		{"call -1", archX86_64, 0xffffffff, nil, nosys},
		{"i386 read", archI386, 3, nil, "allow"},
		{"i386 what is getuid in x86_64", archI386, 102, nil, "allow"},
		{"i386 getuid32", archI386, 199, nil, "notify"},
		{"i386 getuid16", archI386, 24, nil, nosys},
		{"i386 chown32 5 5", archI386, 212, []uint64{1, 5, 5}, "errno 0"},
		{"i386 chown32 0 -1", archI386, 212, []uint64{1, 0, 0xffffffff}, "allow"},
		{"i386 mknod char", archI386, 14, []uint64{1, 0o020644, 0x103}, "notify"},
		{"i386 prlimit64 set locks", archI386, 340, []uint64{0, 10, 1, 0}, "errno 0"},
		{"arm64 on amd64", archAArch64, 174, nil, nosys},
		{"no architecture", 0, 0, nil, nosys},
	} {
		if got := decisionOf(t, program, c.arch, c.nr, c.args...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestFilterTables: in every table each call is decided by its op, and no number
// occurs twice.
func TestFilterTables(t *testing.T) {
	for goarch, archs := range family {
		program, err := Filter(goarch)
		if err != nil {
			t.Fatal(err)
		}
		if len(program) > 8*4096 { // BPF_MAXINSNS
			t.Errorf("%s: %d instructions", goarch, len(program)/8)
		}
		for _, arch := range archs {
			seen := map[uint32]bool{}
			for _, c := range calls[arch] {
				if seen[c.nr] {
					t.Errorf("%#x: number %d twice", arch, c.nr)
				}
				seen[c.nr] = true
				want := map[string]string{
					"chown1": "errno 0", "chown2": "errno 0", "mknod": "notify", "mknodat": "notify",
					"prctl": "notify", "setrlimit": "errno 0", "prlimit": "errno 0",
					"uid16": fmt.Sprint("errno ", uint32(unix.ENOSYS)), "notify": "notify",
				}[treatment(c.op)]
				args := map[op][]uint64{
					opChown1: {1, 5, 5}, opChown2: {1, 1, 5, 5}, opMknod: {1, 0o020644, 5}, opMknodat: {1, 1, 0o020644, 5},
					opPrctl: {8}, opSetrlimit: {10}, opPrlimit: {0, 10, 1},
				}[c.op]
				if got := decisionOf(t, program, arch, c.nr, args...); got != want {
					t.Errorf("%s %#x: call %d (op %d): %s, want %s", goarch, arch, c.nr, c.op, got, want)
				}
				if find(arch, c.nr) != c.op {
					t.Errorf("%#x: the supervisor does not know call %d", arch, c.nr)
				}
			}
		}
		if got := decisionOf(t, program, archs[0], 400); got != "allow" {
			t.Errorf("%s: another call: %s", goarch, got)
		}
	}
	if _, err := Filter("mips"); err == nil {
		t.Error("a filter for mips")
	}
}

func TestAssembler(t *testing.T) {
	var missing assembler
	missing.jump(bpfJeq, 0, "nowhere", "")
	missing.ret(0)
	var far assembler
	far.jump(bpfJeq, 0, "far", "")
	for range 256 {
		far.ret(0)
	}
	far.label("far")
	far.ret(0)
	for name, a := range map[string]*assembler{"missing label": &missing, "far label": &far} {
		if _, err := a.assemble(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
