package wire

import (
	"errors"
	"fmt"

	"github.com/lxsh/lxsh/plugins"
)

// Refusal is why the host did not run a program.
type Refusal uint8

const (
	Denied        Refusal = iota + 1 // a rule, or the default, says no
	NotFound                         // the host has no such command
	NotExecutable                    // the host has it and may not execute it
	Cannot                           // anything else: Reason says what and why
)

// ErrDenied is a refusal by policy.
var ErrDenied = errors.New("denied by policy")

// Refused is the answer no, and the error of a caller who got it. It wraps
// [ErrDenied], [plugins.ErrNotFound] or [plugins.ErrNotExecutable] by its Why.
type Refused struct {
	Why    Refusal
	Name   string // the command word
	Reason string // for people: what, why and what to do
	Rule   string // Denied: the rule's place, or "default"
}

func (m *Refused) Error() string { return fmt.Sprintf("%s: %s", m.Name, m.Reason) }

func (m *Refused) Unwrap() error {
	switch m.Why {
	case Denied:
		return ErrDenied
	case NotFound:
		return plugins.ErrNotFound
	case NotExecutable:
		return plugins.ErrNotExecutable
	}
	return nil
}

// ExitCode is the shell's $? for the refusal (POSIX XCU 2.8.2).
func (m *Refused) ExitCode() int {
	if m.Why == NotFound {
		return 127
	}
	return 126
}

func (*Refused) kind() Kind { return kindRefused }
func (m *Refused) encode(e *encoder) {
	e.Uint(uint64(m.Why))
	e.String(m.Name)
	e.String(m.Reason)
	e.String(m.Rule)
}
func (m *Refused) decode(d *decoder) {
	m.Why = Refusal(d.small(uint64(Cannot)))
	m.Name = d.text()
	m.Reason = d.text()
	m.Rule = d.text()
}
