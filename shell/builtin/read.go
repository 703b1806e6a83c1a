package builtin

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/lxsh/lxsh/shell/eval"
)

// statusTimeout is that of a read whose time is over: 128 and SIGALRM, as bash.
const statusTimeout = 128 + int(syscall.SIGALRM)

// A readOptions is what the options of read ask for.
type readOptions struct {
	raw      bool // -r
	silent   bool // -s
	exact    bool // -N: the delimiter is text like any other
	delim    byte
	count    int // most characters to read, -1: no limit
	fd       int
	deadline time.Time
	poll     bool // -t 0: only ask whether there is input
	prompt   string
	array    string // -a
}

// read is that of POSIX with bash's options.
func read(sh *eval.Shell, args []string) int {
	ro := readOptions{delim: '\n', count: -1}
	o := parseOptions(sh, args, "rsea:d:i:n:N:p:t:u:")
	for o.next() {
		if problem := ro.option(o.letter, o.arg); problem != "" {
			return sh.Fail(2, "read: -%c: %s: %s", o.letter, o.arg, problem)
		}
	}
	if o.failed {
		return 2
	}
	names := o.rest
	for _, name := range names {
		if base, _, _ := strings.Cut(name, "["); !eval.IsName(base) {
			return sh.Fail(2, "read: %s: not a name", name)
		}
	}
	switch {
	case sh.File(ro.fd) == nil:
		return sh.Fail(2, "read: descriptor %d: %v", ro.fd, syscall.EBADF)
	case ro.poll:
		if sh.InputReady(ro.fd) {
			return 0
		}
		return 1
	}
	if ro.prompt != "" && sh.IsTerminal(ro.fd) {
		_ = sh.Write(2, []byte(ro.prompt))
	}
	in := newInput(sh, ro.fd, ro.delim)
	restore := in.terminal(ro.silent, ro.count >= 0 || ro.delim != '\n')
	line, status := readLine(sh, in, &ro)
	in.giveBack()
	restore()
	return assignRead(sh, &ro, names, line, status)
}

// option takes one option and returns what is wrong with it.
func (ro *readOptions) option(letter byte, arg string) (problem string) {
	switch letter {
	case 'r':
		ro.raw = true
	case 's':
		ro.silent = true
	case 'a':
		ro.array = arg
	case 'd':
		ro.delim = 0
		if arg != "" {
			ro.delim = arg[0]
		}
	case 'n', 'N', 'u':
		n, err := strconv.Atoi(arg)
		if err != nil || n < 0 {
			return "a number is expected"
		}
		if letter == 'u' {
			ro.fd = n
		} else {
			ro.count, ro.exact = n, letter == 'N'
		}
	case 'p':
		ro.prompt = arg
	case 't':
		seconds, err := strconv.ParseFloat(arg, 64)
		if err != nil || seconds < 0 || math.IsNaN(seconds) || seconds > math.MaxInt32 {
			return "a number of seconds is expected"
		}
		ro.poll = seconds == 0
		ro.deadline = time.Now().Add(time.Duration(seconds * float64(time.Second)))
	}
	return ""
}

// A text is input of which some bytes were behind a backslash.
type text struct {
	bytes   []byte
	escaped []bool // nil: none
}

func (t *text) add(c byte, escaped bool) {
	if escaped && t.escaped == nil {
		t.escaped = make([]bool, len(t.bytes), len(t.bytes)+16)
	}
	t.bytes = append(t.bytes, c)
	if t.escaped != nil {
		t.escaped = append(t.escaped, escaped)
	}
}

func (t *text) isEscaped(i int) bool { return t.escaped != nil && t.escaped[i] }

// readLine reads to the delimiter, or as many characters as asked for. status is
// 1 at the end of the input.
func readLine(sh *eval.Shell, in *input, ro *readOptions) (t text, status int) {
	backslash := false
	for chars := 0; ro.count < 0 || chars < ro.count; {
		c, err := in.next(ro.deadline)
		switch {
		case errors.Is(err, eval.ErrTimeout):
			return t, statusTimeout
		case errors.Is(err, eval.ErrInterrupted):
			if status := sh.Interrupted(); status != 0 {
				return t, status
			}
			continue
		case errors.Is(err, errEnd):
			return t, 1
		case err != nil:
			return t, sh.Fail(2, "read: %v", why(err))
		}
		switch {
		case backslash:
			backslash = false
			if c != '\n' {
				t.add(c, true)
				chars++
			} else if sh.Interactive() && sh.IsTerminal(ro.fd) {
				prompt, _ := sh.Get("PS2")
				_ = sh.Write(2, []byte(prompt))
			}
		case c == '\\' && !ro.raw:
			backslash = true
		case c == ro.delim && !ro.exact:
			return t, 0
		case c == 0: // no variable can hold it
		default:
			t.add(c, false)
			if !in.inCharacter(c) {
				chars++
			}
		}
	}
	return t, 0
}

// assignRead gives the line to the variables.
func assignRead(sh *eval.Shell, ro *readOptions, names []string, line text, status int) int {
	set := func(name, value string) {
		if err := sh.Set(name, value); err != nil {
			status = sh.Fail(2, "read: %v", err)
		}
	}
	ifs, isSet := sh.Get("IFS")
	if !isSet {
		ifs = " \t\n"
	}
	switch {
	case ro.array != "":
		if err := sh.SetArray(ro.array, splitFields(line, ifs, -1)); err != nil {
			return sh.Fail(2, "read: %v", err)
		}
	case ro.exact || len(names) == 0:
		if len(names) == 0 {
			names = []string{"REPLY"}
		}
		set(names[0], string(line.bytes))
		for _, name := range names[1:] {
			set(name, "")
		}
	default:
		fields := splitFields(line, ifs, len(names))
		for i, name := range names {
			value := ""
			if i < len(fields) {
				value = fields[i]
			}
			set(name, value)
		}
	}
	return status
}
