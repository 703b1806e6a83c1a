// Package control is what lxsh and lxshd say to each other: the requests of
// package attach that package host answers, as frames of package wire.
//
// The first request is the hello, of the same form as a session's, for ever.
// Every other request may come in any order and number at once; open is
// idempotent, and terminate and shutdown of what does not run are errors that
// say so.
package control

import "github.com/lxsh/lxsh/plugins/session/wire"

// Protocol is the version of everything after the hello.
const Protocol = 1

// The requests.
const (
	Hello     = wire.FirstRequest + iota
	Open      // [OpenRequest] → path of the session socket
	Interop   // nothing → path of the interop socket
	Info      // runtime's name → plugins.Info as JSON
	Status    // nothing → [Report] as JSON
	Terminate // instance's name → nothing
	Shutdown  // only when idle (bool) → whether it does
)
