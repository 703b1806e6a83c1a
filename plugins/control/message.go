package control

import (
	"time"

	"github.com/lxsh/lxsh/plugins/session/wire"
)

// OpenRequest asks for a running instance.
type OpenRequest struct {
	Runtime, Distro string
	Dir             string   // where the shell was started
	Env             []string // the session's environment, of which config passes some on
}

// Encode is the request's body.
func (r *OpenRequest) Encode() *wire.Encoder {
	return wire.NewEncoder().String(r.Runtime).String(r.Distro).String(r.Dir).Strings(r.Env)
}

// DecodeOpen is the reverse of Encode.
func DecodeOpen(body []byte) (OpenRequest, error) {
	d := wire.NewDecoder(body)
	r := OpenRequest{Runtime: d.String(), Distro: d.String(), Dir: d.String(), Env: d.Strings()}
	return r, d.End()
}

// Name is the instance's name.
func (r *OpenRequest) Name() string { return r.Runtime + ":" + r.Distro }

// Report is what --status shows.
type Report struct {
	Daemon    *Daemon    `json:"daemon"` // nil: none runs
	Instances []Instance `json:"instances"`
}

// Daemon describes lxshd.
type Daemon struct {
	Pid     int       `json:"pid"`
	Version string    `json:"version"`
	Since   time.Time `json:"since"`
	Runtime string    `json:"runtime"` // its runtime folder
	Log     string    `json:"log"`
}

// Instance describes a running instance.
type Instance struct {
	Name      string    `json:"name"`
	State     string    `json:"state"`         // starting, running, ending, leftover (of a lxshd that died) or broken
	Pid       int       `json:"pid,omitempty"` // of its plugin
	Since     time.Time `json:"since,omitzero"`
	Sessions  int       `json:"sessions"`
	Processes int       `json:"processes"`
	Socket    string    `json:"socket"`
	Log       string    `json:"log,omitempty"`
	Error     string    `json:"error,omitempty"`
}
