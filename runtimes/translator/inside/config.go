package inside

import (
	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// Config is what the plugin tells the stage and pid 1.
type Config struct {
	Instance plugins.InstanceConfig
	Map      idmap.Map
}

// A Report is an answer: one of its fields is set.
type Report struct {
	Pid   int    `json:",omitempty"` // of pid 1, as the plugin sees it
	Error string `json:",omitempty"` // why the instance cannot be
	Ready bool   `json:",omitempty"`
}

// An Order is what the plugin sends to a running pid 1: a listening socket (the
// descriptor that comes with it), or what the host's [Resolver] is now.
type Order struct {
	Resolver []byte `json:",omitempty"`
}
