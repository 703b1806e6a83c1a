package distro

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// inspect looks at the root that this process has been given. What it reads was
// written by the archive's maker: it is bounded, and nothing is waited for.
func inspect(r *report) error {
	_, err := os.Stat("/bin/.")
	if err != nil {
		if _, err = os.Stat("/usr/bin/."); err != nil {
			return errors.New("it is not a root file system: there is no folder /bin and no /usr/bin in it")
		}
	}
	r.Arch = architecture(head("/bin/sh", 20))
	text := head("/etc/os-release", 1<<16)
	if text == nil {
		text = head("/usr/lib/os-release", 1<<16)
	}
	r.OS = prettyName(string(text))
	return nil
}

// head returns up to n bytes of a regular file, nil if there is none.
func head(name string, n int64) []byte {
	f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil
	}
	return b
}

// architecture reads e_machine of an ELF header (elf(5)), as in GOARCH.
func architecture(header []byte) string {
	if len(header) < 20 || string(header[:4]) != "\x7fELF" {
		return ""
	}
	machine := binary.LittleEndian.Uint16(header[18:])
	const bigEndian = 2 // ELFDATA2MSB in e_ident[EI_DATA]
	if header[5] == bigEndian {
		machine = binary.BigEndian.Uint16(header[18:])
	}
	return machines[machine]
}

// machines are the EM_ numbers of linux/elf-em.h.
var machines = map[uint16]string{
	3: "386", 21: "ppc64le", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
}

// prettyName is PRETTY_NAME of os-release(5), without what a terminal would obey.
func prettyName(text string) string {
	for line := range strings.Lines(text) {
		value, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME=")
		if !ok {
			continue
		}
		value = strings.Trim(value, `"'`)
		return strings.Map(func(c rune) rune {
			if c < ' ' || c == 0x7f || 0x80 <= c && c < 0xa0 {
				return -1
			}
			return c
		}, value[:min(len(value), 200)])
	}
	return ""
}
