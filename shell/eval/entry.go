package eval

import (
	"bytes"
	"encoding/binary"
	"os"
	"sync"
	"syscall"
)

// ignoredAtStart finds the signals that were ignored when this process was
// started. The Go runtime has put handlers in their place by now and keeps what it
// found to itself: in the variable runtime.fwdSig, which has no exported form and
// which the linker lets nobody name. So it is looked up in the program's own symbol
// table. A stripped program has none; then only SIGHUP and SIGINT are known,
// which the runtime leaves ignored.
func ignoredAtStart() (ignored [maxSignal + 1]bool) {
	exe, err := syscall.Open("/proc/self/exe", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer syscall.Close(exe)
	address, ok := symbolAddress(exe, "runtime.fwdSig", (maxSignal+1)*8)
	if !ok {
		return
	}
	mem, err := syscall.Open("/proc/self/mem", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer syscall.Close(mem)
	var saved [(maxSignal + 1) * 8]byte
	if n, err := syscall.Pread(mem, saved[:], int64(address)); err != nil || n != len(saved) {
		return
	}
	for n := 1; n <= maxSignal; n++ {
		ignored[n] = binary.LittleEndian.Uint64(saved[n*8:]) == sigIgnore
	}
	return
}

// Become puts a program of lxsh in the place of this process, before a shell was
// made: what was ignored stays ignored. It returns only with an error.
func Become(path string, argv, env []string) error {
	for n, ignored := range ignoredAtStart() {
		if ignored && !keepHandler(n) {
			_ = rtSigaction(n, &sigaction{handler: sigIgnore}, nil)
		}
	}
	return &os.PathError{Op: "exec", Path: path, Err: syscall.Exec(path, argv, env)}
}

// The parts of an ELF file (elf(5)) that the search needs: a 64-bit header, the
// table of sections with entries of 64 bytes, and symbols of 24 bytes.
const (
	elfTypeExec    = 2
	elfSymbolTable = 2
	elfSectionSize = 64
	elfSymbolSize  = 24
)

func symbolAddress(exe int, name string, size uint64) (uint64, bool) {
	var head [64]byte
	if _, err := syscall.Pread(exe, head[:], 0); err != nil || !bytes.HasPrefix(head[:], []byte("\x7fELF\x02\x01")) {
		return 0, false
	}
	le := binary.LittleEndian
	if le.Uint16(head[16:]) != elfTypeExec { // else addresses are relative
		return 0, false
	}
	sections := make([]byte, int(le.Uint16(head[60:]))*elfSectionSize)
	if n, err := syscall.Pread(exe, sections, int64(le.Uint64(head[40:]))); err != nil || n != len(sections) {
		return 0, false
	}
	section := func(i int) (data []byte, link int, kind uint32) {
		s := sections[i*elfSectionSize:]
		kind = le.Uint32(s[4:])
		off, length := int64(le.Uint64(s[24:])), int(le.Uint64(s[32:]))
		page := off &^ int64(os.Getpagesize()-1)
		data, err := syscall.Mmap(exe, page, length+int(off-page), syscall.PROT_READ, syscall.MAP_PRIVATE)
		if err != nil {
			return nil, 0, 0
		}
		return data[off-page:], int(le.Uint32(s[40:])), kind
	}
	for i := range len(sections) / elfSectionSize {
		if le.Uint32(sections[i*elfSectionSize+4:]) != elfSymbolTable {
			continue
		}
		symbols, link, _ := section(i)
		strings, _, _ := section(link)
		// The name is searched with its NULs, so that it is found whole.
		at := bytes.Index(strings, []byte("\x00"+name+"\x00"))
		if at < 0 {
			return 0, false
		}
		want := uint32(at + 1)
		for ; len(symbols) >= elfSymbolSize; symbols = symbols[elfSymbolSize:] {
			if le.Uint32(symbols) == want {
				return le.Uint64(symbols[8:]), le.Uint64(symbols[16:]) == size
			}
		}
	}
	return 0, false
}

var entryOnce sync.Once

// learnEntry makes the process ignore again what was ignored when it was
// started. That costs a search through the program's file, so it is put off until
// a trap is set or a command is started, which both must know.
func learnEntry() {
	entryOnce.Do(func() {
		ignored := ignoredAtStart()
		d := &dispositions
		d.Lock()
		defer d.Unlock()
		for n := 1; n <= maxSignal; n++ {
			if ignored[n] && !keepHandler(n) {
				d.entry[n] = true
				d.dispose(n, sigIgnore)
			} else if ignored[n] {
				d.entry[n] = true
			}
		}
	})
}
