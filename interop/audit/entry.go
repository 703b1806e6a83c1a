// Package audit keeps the log of what was run on the host and what was refused:
// one JSON object a line, in a file that only its user can read, rotated by size.
//
// A launch is written before the program starts, so that a crash hides nothing,
// and a second line with the same id says what became of it. A refusal is one line.
package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The kinds of lines.
const (
	Launch = "launch"
	Refuse = "refuse"
	End    = "end"
)

// An Entry is one line. Bytes that are no UTF-8 are written as \xNN.
type Entry struct {
	Time     time.Time `json:"time"`
	Event    string    `json:"event"` // Launch, Refuse or End
	ID       string    `json:"id"`    // joins an End to its Launch
	Origin   string    `json:"origin,omitempty"`
	Instance string    `json:"instance,omitempty"`
	Program  string    `json:"program,omitempty"` // the path that is executed
	Argv     []string  `json:"argv,omitempty"`
	Omitted  int       `json:"argv_omitted,omitempty"` // bytes of argv that were too many for the log
	Cwd      string    `json:"cwd,omitempty"`
	Decision string    `json:"decision,omitempty"` // allow, deny or ask
	Rule     string    `json:"rule,omitempty"`     // file:line, or "default"
	Reason   string    `json:"reason,omitempty"`   // of a refusal
	Unlogged int       `json:"unlogged,omitempty"` // Refuse: earlier refusals that were too many for the log
	Pid      int       `json:"pid,omitempty"`
	Seconds  float64   `json:"seconds,omitempty"` // End: how long it ran
	Exit     *int      `json:"exit,omitempty"`    // End: the status, as the program gave it
	Signal   int       `json:"signal,omitempty"`  // End: the signal that killed it
}

// These bound what one line says about the arguments and in each other field, in
// bytes: whoever fills the log with long lines would push the others out.
const (
	maxArgv = 16 << 10
	maxText = 4 << 10 // PATH_MAX
)

func (e Entry) line() ([]byte, error) {
	e.Program, e.Cwd, e.Reason = text(e.Program), text(e.Cwd), text(e.Reason)
	e.Instance, e.Rule = text(e.Instance), text(e.Rule)
	var argv []string
	left := maxArgv
	for _, arg := range e.Argv {
		kept := arg[:min(len(arg), left)]
		left -= len(kept)
		e.Omitted += len(arg) - len(kept)
		if len(kept) > 0 || arg == "" {
			argv = append(argv, printable(kept))
		}
	}
	e.Argv = argv
	line, err := json.Marshal(e)
	return append(line, '\n'), err
}

func text(s string) string { return printable(s[:min(len(s), maxText)]) }

func printable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}
