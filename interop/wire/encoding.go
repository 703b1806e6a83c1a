package wire

import "github.com/lxsh/lxsh/plugins"

// maxSlots bounds the descriptor table of a program, maxSignal its signals.
const (
	maxSlots  = 1024
	maxSignal = 64
)

func (*Authorise) kind() Kind { return kindAuthorise }
func (m *Authorise) encode(e *encoder) {
	e.Bool(m.Explain)
	e.String(m.Name)
	e.String(m.Path)
	e.String(m.Dir)
	e.String(m.Instance)
	e.Strings(m.Argv)
}
func (m *Authorise) decode(d *decoder) {
	m.Explain = d.Bool()
	m.Name = d.text()
	m.Path = d.text()
	m.Dir = d.text()
	m.Instance = d.text()
	m.Argv = d.texts()
}

func (*Granted) kind() Kind { return kindGranted }
func (m *Granted) encode(e *encoder) {
	e.Uint(m.Launch)
	e.String(m.Path)
	e.String(m.Rule)
	e.String(m.Action)
}
func (m *Granted) decode(d *decoder) {
	m.Launch = d.Uint()
	m.Path = d.text()
	m.Rule = d.text()
	m.Action = d.text()
}

func (*Ask) kind() Kind          { return kindAsk }
func (m *Ask) encode(e *encoder) { e.String(m.Path); e.String(m.Rule) }
func (m *Ask) decode(d *decoder) { m.Path = d.text(); m.Rule = d.text() }

func (*Confirm) kind() Kind          { return kindConfirm }
func (m *Confirm) encode(e *encoder) { e.Bool(m.Yes) }
func (m *Confirm) decode(d *decoder) { m.Yes = d.Bool() }

func (*Started) kind() Kind          { return kindStarted }
func (m *Started) encode(e *encoder) { e.Uint(m.Launch); e.Uint(uint64(m.Pid)) }
func (m *Started) decode(d *decoder) { m.Launch = d.Uint(); m.Pid = d.small(1 << 31) }

func (*Ended) kind() Kind          { return kindEnded }
func (m *Ended) encode(e *encoder) { e.Uint(m.Launch); encodeStatus(e, m.Status) }
func (m *Ended) decode(d *decoder) { m.Launch = d.Uint(); m.Status = decodeStatus(d) }

func (*Run) kind() Kind { return kindRun }
func (m *Run) encode(e *encoder) {
	e.String(m.Name)
	e.Strings(m.Argv)
	e.Strings(m.Env)
	e.String(m.Dir)
	e.String(m.Token)
	e.Uint(uint64(m.Umask))
	e.Uint(uint64(len(m.Ignored)))
	for _, number := range m.Ignored {
		e.Uint(uint64(number))
	}
	e.Uint(uint64(len(m.Slots)))
	for _, slot := range m.Slots {
		e.Uint(uint64(slot.Kind))
		e.Uint(uint64(slot.Index))
	}
}
func (m *Run) decode(d *decoder) {
	m.Name = d.text()
	m.Argv = d.texts()
	m.Env = d.texts()
	m.Dir = d.text()
	m.Token = d.text()
	m.Umask = uint32(d.small(0o777))
	for range d.small(maxSignal) {
		m.Ignored = append(m.Ignored, d.small(maxSignal))
	}
	for range d.small(maxSlots) {
		kind := SlotKind(d.small(uint64(Out)))
		m.Slots = append(m.Slots, Slot{kind, d.small(maxSlots)})
	}
}

func (*Accepted) kind() Kind { return kindAccepted }
func (m *Accepted) encode(e *encoder) {
	e.Uint(uint64(m.Pid))
	e.String(m.Rule)
	e.Strings(m.Dropped)
}
func (m *Accepted) decode(d *decoder) {
	m.Pid = d.small(1 << 31)
	m.Rule = d.text()
	m.Dropped = d.texts()
}

func (*Changed) kind() Kind          { return kindChanged }
func (m *Changed) encode(e *encoder) { encodeStatus(e, m.Status) }
func (m *Changed) decode(d *decoder) { m.Status = decodeStatus(d) }

func (*Signal) kind() Kind          { return kindSignal }
func (m *Signal) encode(e *encoder) { e.Uint(uint64(m.Number)) }
func (m *Signal) decode(d *decoder) { m.Number = d.small(maxSignal) }

// Data's body is the stream's number in one byte and then the bytes themselves;
// [Conn] writes and reads it without a copy.
func (*Data) kind() Kind        { return kindData }
func (m *Data) encode(*encoder) {}
func (m *Data) decode(*decoder) {}

func (*Taken) kind() Kind          { return kindTaken }
func (m *Taken) encode(e *encoder) { e.Uint(uint64(m.Stream)); e.Uint(uint64(m.Count)) }
func (m *Taken) decode(d *decoder) { m.Stream = d.small(maxSlots); m.Count = d.small(Window) }

func (*Finish) kind() Kind          { return kindFinish }
func (m *Finish) encode(e *encoder) { e.Uint(uint64(m.Stream)) }
func (m *Finish) decode(d *decoder) { m.Stream = d.small(maxSlots) }

func encodeStatus(e *encoder, s plugins.Status) {
	e.Uint(uint64(s.State))
	e.Int(int64(s.Code))
	e.Bool(s.Core)
	e.Int(s.Usage.User)
	e.Int(s.Usage.System)
}
func decodeStatus(d *decoder) plugins.Status {
	s := plugins.Status{State: plugins.State(d.small(uint64(plugins.Continued)))}
	s.Code = int(d.Int())
	s.Core = d.Bool()
	s.Usage = plugins.Usage{User: d.Int(), System: d.Int()}
	if s.State == 0 {
		d.bad = true
	}
	return s
}
