package builtin

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/shell/eval"
)

// A limit is a letter of ulimit. unit is in bytes, or 1 for what is counted.
type limit struct {
	letter   byte
	resource int
	unit     uint64
	text     string
}

const block = 0 // stands for blockSize

var limits = []limit{
	{'R', unix.RLIMIT_RTTIME, 1, "real-time non-blocking time (microseconds)"},
	{'c', unix.RLIMIT_CORE, block, "core file size (blocks)"},
	{'d', unix.RLIMIT_DATA, 1024, "data seg size (kbytes)"},
	{'e', unix.RLIMIT_NICE, 1, "scheduling priority"},
	{'f', unix.RLIMIT_FSIZE, block, "file size (blocks)"},
	{'i', unix.RLIMIT_SIGPENDING, 1, "pending signals"},
	{'l', unix.RLIMIT_MEMLOCK, 1024, "max locked memory (kbytes)"},
	{'m', unix.RLIMIT_RSS, 1024, "max memory size (kbytes)"},
	{'n', unix.RLIMIT_NOFILE, 1, "open files"},
	{'q', unix.RLIMIT_MSGQUEUE, 1, "POSIX message queues (bytes)"},
	{'r', unix.RLIMIT_RTPRIO, 1, "real-time priority"},
	{'s', unix.RLIMIT_STACK, 1024, "stack size (kbytes)"},
	{'t', unix.RLIMIT_CPU, 1, "cpu time (seconds)"},
	{'u', unix.RLIMIT_NPROC, 1, "max user processes"},
	{'v', unix.RLIMIT_AS, 1024, "virtual memory (kbytes)"},
	{'x', unix.RLIMIT_LOCKS, 1, "file locks"},
}

// blockSize is that of POSIX, or bash's.
func blockSize(sh *eval.Shell) uint64 {
	if sh.Opt(eval.Posix) {
		return 512
	}
	return 1024
}

func ulimit(sh *eval.Shell, args []string) int {
	var chosen []limit
	hard, soft, all := false, false, false
	o := parseOptions(sh, args, "HSaRcdefilmnqrstuvxp")
	for o.next() {
		switch o.letter {
		case 'H':
			hard = true
		case 'S':
			soft = true
		case 'a':
			all = true
		case 'p':
			return sh.Output("ulimit", []byte("8\n")) // PIPE_BUF in 512-byte blocks; it cannot be set
		default:
			for _, l := range limits {
				if l.letter == o.letter {
					chosen = append(chosen, l)
				}
			}
		}
	}
	switch {
	case o.failed:
		return 2
	case len(o.rest) > 1:
		return tooMany(sh, args)
	case all:
		chosen = limits
	case len(chosen) == 0:
		chosen = []limit{{'f', unix.RLIMIT_FSIZE, block, "file size (blocks)"}}
	}
	if len(o.rest) == 0 {
		return showLimits(sh, chosen, hard && !soft)
	}
	for _, l := range chosen {
		if l.unit == block {
			l.unit = blockSize(sh)
		}
		if status := setLimit(sh, l, o.rest[0], hard || !soft, soft || !hard); status != 0 {
			return status
		}
	}
	return 0
}

func showLimits(sh *eval.Shell, chosen []limit, hard bool) int {
	var b strings.Builder
	for _, l := range chosen {
		if l.unit == block {
			l.unit = blockSize(sh)
		}
		now, err := sh.Limit(l.resource)
		if err != nil {
			return sh.Fail(1, "ulimit: -%c: %v", l.letter, why(err))
		}
		value, text := now.Cur, "unlimited"
		if hard {
			value = now.Max
		}
		if value != unix.RLIM_INFINITY {
			text = strconv.FormatUint(value/l.unit, 10)
		}
		if len(chosen) > 1 {
			fmt.Fprintf(&b, "-%c: %-42s %s\n", l.letter, l.text, text)
		} else {
			b.WriteString(text + "\n")
		}
	}
	return sh.Output("ulimit", []byte(b.String()))
}

func setLimit(sh *eval.Shell, l limit, operand string, hard, soft bool) int {
	now, err := sh.Limit(l.resource)
	if err != nil {
		return sh.Fail(1, "ulimit: -%c: %v", l.letter, why(err))
	}
	var value uint64
	switch operand {
	case "unlimited":
		value = unix.RLIM_INFINITY
	case "hard":
		value = now.Max
	case "soft":
		value = now.Cur
	default:
		n, err := strconv.ParseUint(operand, 10, 64)
		if err != nil || n > math.MaxUint64/l.unit {
			return sh.Fail(2, "ulimit: %s: a number or unlimited is expected", operand)
		}
		value = n * l.unit
	}
	set := plugins.Limit{Resource: l.resource, Cur: now.Cur, Max: now.Max}
	if hard {
		set.Max = value
	}
	if soft {
		set.Cur = value
	}
	if err := sh.SetLimit(set); err != nil {
		return sh.Fail(1, "ulimit: -%c %s: %v", l.letter, operand, why(err))
	}
	return 0
}
