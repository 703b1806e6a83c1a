package eval

import (
	"fmt"
	"io"
	"time"

	"mvdan.cc/sh/v3/syntax"
)

// ReadLine reads one line from a descriptor, without its newline and without a
// byte beyond it. The error is io.EOF or one of Read.
func (sh *Shell) ReadLine(n int) (string, error) {
	var line []byte
	var b [1]byte
	for {
		k, err := sh.Read(n, b[:], time.Time{})
		if err != nil {
			return string(line), err
		}
		if k == 0 {
			if len(line) > 0 {
				return string(line), nil
			}
			return "", io.EOF
		}
		if b[0] == '\n' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}

func (c *compiler) timeClause(x *syntax.TimeClause) node {
	body := func(*Shell) int { return 0 }
	if x.Stmt != nil {
		body = c.stmt(x.Stmt)
	}
	posix := x.PosixFormat
	return func(sh *Shell) int {
		start := time.Now()
		self, children := sh.Times()
		status := body(sh)
		self2, children2 := sh.Times()
		real := time.Since(start)
		user := self2.User + children2.User - self.User - children.User
		system := self2.System + children2.System - self.System - children.System
		_ = sh.Write(2, []byte(timeReport(posix, real, user, system)))
		return status
	}
}

func timeReport(posix bool, real, user, system time.Duration) string {
	if posix {
		return fmt.Sprintf("real %.2f\nuser %.2f\nsys %.2f\n", real.Seconds(), user.Seconds(), system.Seconds())
	}
	report := "\n"
	for _, t := range []struct {
		name string
		d    time.Duration
	}{{"real", real}, {"user", user}, {"sys", system}} {
		minutes := int(t.d / time.Minute)
		report += fmt.Sprintf("%s\t%dm%.3fs\n", t.name, minutes, (t.d - time.Duration(minutes)*time.Minute).Seconds())
	}
	return report
}
