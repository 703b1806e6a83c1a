package server

import (
	"errors"

	"github.com/lxsh/lxsh/interop"
	"github.com/lxsh/lxsh/interop/wire"
)

var errNotTyped = errors.New("not a shell on this kernel")

// authorise answers a shell that starts the program itself. The error is the
// connection's.
func (s *Server) authorise(conn *wire.Conn, c *caller, m *wire.Authorise) error {
	if c.origin != interop.Typed {
		conn.Send(&wire.Refused{Why: wire.Cannot, Name: m.Name, Reason: "only a shell on the host's own kernel starts programs itself"})
		return errNotTyped
	}
	id, launch := s.newLaunch(c, m.Instance, m.Dir, m.Argv)
	program, decision, err := s.decide(c, m)
	if err != nil {
		return conn.Send(refusal(m.Name, err))
	}
	launch.decided(decision, program)
	granted := &wire.Granted{Path: decision.Exec, Rule: decision.Rule.String(), Action: decision.Action.String()}
	if m.Explain {
		if decision.Action == interop.Deny {
			return conn.Send(denied(m.Name, decision, program))
		}
		return conn.Send(granted)
	}
	allowed := decision.Action == interop.Allow
	if decision.Action == interop.Ask {
		if allowed, err = ask(conn, decision); err != nil {
			return err
		}
	}
	if !allowed {
		refused := denied(m.Name, decision, program)
		if err := launch.refuse(refused); err != nil {
			refused.Reason += "; " + err.Error()
		}
		return conn.Send(refused)
	}
	if err := launch.begin(); err != nil {
		return conn.Send(&wire.Refused{Why: wire.Cannot, Name: m.Name, Reason: err.Error()})
	}
	granted.Launch = id
	c.granted[id] = launch
	return conn.Send(granted)
}

func (s *Server) decide(c *caller, m *wire.Authorise) (interop.Program, interop.Decision, error) {
	policy, err := s.config.Policy()
	if err != nil {
		return interop.Program{}, interop.Decision{}, err
	}
	program, err := interop.Locate(m.Name, m.Path, m.Dir)
	if err != nil {
		return interop.Program{}, interop.Decision{}, err
	}
	return program, policy.Decide(interop.Launch{Origin: c.origin, Instance: m.Instance, Program: program, Args: tail(m.Argv)}), nil
}

// ask puts the question to the user by way of the user's own shell.
func ask(conn *wire.Conn, d interop.Decision) (bool, error) {
	if err := conn.Send(&wire.Ask{Path: d.Exec, Rule: d.Rule.String()}); err != nil {
		return false, err
	}
	m, err := conn.Receive()
	if err != nil {
		return false, err
	}
	answer, ok := m.(*wire.Confirm)
	if !ok {
		return false, errors.New("no answer to the question")
	}
	return answer.Yes, nil
}

// report logs what a shell tells of a program that it started. A shell that goes
// without a word leaves a launch without an end.
func (c *caller) report(m wire.Message) error {
	switch m := m.(type) {
	case *wire.Started:
		if launch := c.granted[m.Launch]; launch != nil {
			launch.entry.Pid = m.Pid
			return nil
		}
	case *wire.Ended:
		if launch := c.granted[m.Launch]; launch != nil {
			delete(c.granted, m.Launch)
			return launch.end(m.Status)
		}
	}
	return errors.New("report about a program that was not granted")
}

func tail(argv []string) []string {
	if len(argv) == 0 {
		return nil
	}
	return argv[1:]
}
