package plugins

// Info describes a runtime on this machine.
type Info struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	Summary   string   `json:"summary"` // one line for people
	Engines   []Engine `json:"engines,omitempty"`
	Abilities []string `json:"abilities,omitempty"`
	// Limits are sentences on what does not work here, for people.
	Limits []string `json:"limits,omitempty"`
}

// An Engine is one of the ways in which a runtime does its work.
type Engine struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	Lacks   []Lack `json:"lacks,omitempty"` // empty: it works here
}

// A Lack is something that this machine misses, and what to do about it.
type Lack struct {
	What   string `json:"what"`   // "user namespaces"
	Why    string `json:"why"`    // "clone: operation not permitted"
	Remedy string `json:"remedy"` // "sysctl -w kernel.unprivileged_userns_clone=1"
}
