package server

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/audit"
	"github.com/lxsh/lxsh/interop/wire"
	"github.com/lxsh/lxsh/plugins"
)

// A launch is one wish to run a program, with what the log says about it.
type launch struct {
	log   *audit.Log
	flood *flood
	entry audit.Entry
	start time.Time
}

func (s *Server) newLaunch(c *caller, instance, cwd string, argv []string) (uint64, *launch) {
	id := s.launches.Add(1)
	return id, &launch{s.config.Log, &s.refusals, audit.Entry{
		ID: fmt.Sprintf("%s-%d", s.boot, id), Origin: c.origin.String(), Instance: instance, Argv: argv, Cwd: cwd,
	}, time.Now()}
}

func (l *launch) decided(d interop.Decision, program interop.Program) {
	l.entry.Decision, l.entry.Rule, l.entry.Program = d.Action.String(), d.Rule.String(), cmp.Or(d.Exec, program.Found)
}

// begin logs that the program is about to start. Where the log cannot be written
// nothing is started.
func (l *launch) begin() error {
	entry := l.entry
	entry.Event, entry.Time = audit.Launch, l.start
	return l.log.Write(entry)
}

// refuse logs a refusal, unless there are too many.
func (l *launch) refuse(m *wire.Refused) error {
	unlogged, ok := l.flood.pass(time.Now())
	if !ok {
		return nil
	}
	entry := l.entry
	entry.Unlogged = unlogged
	entry.Event, entry.Reason = audit.Refuse, m.Reason
	return l.log.Write(entry)
}

// end logs what became of the program.
func (l *launch) end(status plugins.Status) error {
	entry := audit.Entry{Event: audit.End, ID: l.entry.ID, Pid: l.entry.Pid, Seconds: time.Since(l.start).Seconds()}
	switch status.State {
	case plugins.Exited:
		entry.Exit = &status.Code
	case plugins.Signalled:
		entry.Signal = status.Code
	}
	return l.log.Write(entry)
}

// refusal puts an error of starting a program into the protocol's words.
func refusal(name string, err error) *wire.Refused {
	m := &wire.Refused{Why: wire.Cannot, Name: clip(name), Reason: err.Error()}
	if start := new(plugins.StartError); errors.As(err, &start) {
		m.Reason = start.Err.Error()
		if start.Path != "" && start.Path != name {
			m.Reason = start.Path + ": " + m.Reason
		}
	}
	switch {
	case errors.Is(err, plugins.ErrNotFound):
		m.Why = wire.NotFound
	case errors.Is(err, plugins.ErrNotExecutable):
		m.Why = wire.NotExecutable
	}
	m.Reason = clip(m.Reason)
	return m
}

// maxText bounds the caller's own words in an answer, which is an event and not a
// request to package wire.
const maxText = 4 << 10

func clip(s string) string { return s[:min(len(s), maxText)] }

// few is as many of the names as an answer holds.
func few(names []string) []string {
	left := maxText
	for i, name := range names {
		if left -= len(name) + 1; left < 0 {
			return names[:i]
		}
	}
	return names
}

// denied is a refusal by policy, which names the rule and what would change it.
func denied(name string, d interop.Decision, program interop.Program) *wire.Refused {
	m := &wire.Refused{Why: wire.Denied, Name: clip(name), Rule: d.Rule.String()}
	switch {
	case d.Action == interop.Ask:
		m.Reason = fmt.Sprintf("denied by %s: nobody was there to say yes", m.Rule)
	case d.Rule == nil:
		m.Reason = fmt.Sprintf("denied: no rule lets instances run %s (add an [[interop.rule]] to config.toml on the host)", clip(program.Entry))
	default:
		m.Reason = "denied by " + m.Rule
	}
	return m
}
