package builtin

import (
	"errors"
	"strconv"
	"time"

	"github.com/lxsh/lxsh/shell/eval"
)

// mapfile is bash's, also called readarray.
func mapfile(sh *eval.Shell, args []string) int {
	var count, origin, skip, fd int
	delim, trim, callback, quantum, fresh := byte('\n'), false, "", 5000, true
	o := parseOptions(sh, args, "td:n:O:s:u:C:c:")
	for o.next() {
		n, isNumber := unsigned(o.arg)
		switch o.letter {
		case 't':
			trim = true
			continue
		case 'd':
			if delim = 0; o.arg != "" {
				delim = o.arg[0]
			}
			continue
		case 'C':
			callback = o.arg
			continue
		}
		if !isNumber {
			return sh.Fail(2, "%s: -%c: %s: a number is expected", args[0], o.letter, o.arg)
		}
		switch o.letter {
		case 'n':
			count = n
		case 'O':
			origin, fresh = n, false
		case 's':
			skip = n
		case 'u':
			fd = n
		case 'c':
			quantum = max(n, 1)
		}
	}
	name := "MAPFILE"
	switch {
	case o.failed:
		return 2
	case len(o.rest) > 1:
		return tooMany(sh, args)
	case len(o.rest) == 1:
		name = o.rest[0]
	}
	if !eval.IsName(name) {
		return sh.Fail(2, "%s: %s: not a name", args[0], name)
	}
	if sh.File(fd) == nil {
		return sh.Fail(1, "%s: descriptor %d is closed", args[0], fd)
	}
	in := newInput(sh, fd, delim)
	defer in.giveBack()
	var values []string
	for k := 0; count == 0 || len(values) < count; k++ {
		line, err := in.line(delim)
		if err != nil {
			return sh.Fail(1, "%s: %v", args[0], why(err))
		}
		if line == "" {
			break
		}
		if k < skip {
			continue
		}
		if trim && line[len(line)-1] == delim {
			line = line[:len(line)-1]
		}
		values = append(values, line)
		if callback != "" && len(values)%quantum == 0 {
			sh.Eval(callback + " " + strconv.Itoa(origin+len(values)-1) + " " + quote(line))
		}
	}
	var err error
	if fresh {
		err = sh.SetArray(name, values)
	} else if err = sh.SetAttrs(name, eval.Indexed, 0); err == nil {
		for i, v := range values {
			if err = sh.SetElem(name, strconv.Itoa(origin+i), v); err != nil {
				break
			}
		}
	}
	if err != nil {
		return sh.Fail(1, "%s: %v", args[0], err)
	}
	return 0
}

// line reads up to the delimiter and with it; "" is the end of the input.
func (in *input) line(delim byte) (string, error) {
	var line []byte
	for {
		c, err := in.next(time.Time{})
		switch {
		case errors.Is(err, errEnd):
			return string(line), nil
		case errors.Is(err, eval.ErrInterrupted):
			if in.sh.Interrupted() != 0 {
				return string(line), nil
			}
			continue
		case err != nil:
			return "", err
		}
		line = append(line, c)
		if c == delim {
			return string(line), nil
		}
	}
}
