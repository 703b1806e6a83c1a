// Package session is the data path between lxsh and a running instance: a Unix
// socket in the user's runtime folder, on which commands are started and files
// are opened by passing descriptors.
//
// [Dial] gives a [Client], which is a plugins.Instance. A [Server] serves any
// instance to any number of clients: in a plugin (package sdk), in pid 1 of a
// name-space instance, or in lxshd for a plugin that speaks gRPC alone.
//
// # The protocol
//
// Frames, calls, cancelling and errors are those of package wire. The first
// request is the hello; it alone keeps its form for ever, so that two versions
// can name each other:
//
//	hello:  protocol, version of lxsh, purpose → protocol, version, abilities
//	        and, for a session, environment and join
//
// then, in any order and number at once:
//
//	start   command → pid
//	wait    id of the start → the next change of state, as wait4(2): an ended
//	        process that nobody waited for keeps its number and its group
//	signal  id of the start, number, group → nothing
//	open, opendir → descriptor     stat, readdir, readlink, access, lookpath
//	join    → name spaces, filter, listener (plugins.Join)
//	load    → sessions and processes now
//	idle    time → replies when there was neither for that long; from then on
//	        the server takes no more sessions
//	close   ends the instance for everybody
//
// Where the instance is a plugins.Spawner, commands don't travel: [Client.Start]
// forks them as children of its own process (package spawn).
//
// When a session is lost, the processes that it started with Command.Hangup get
// SIGHUP and SIGCONT, with their group if they lead one (POSIX XBD 11.1.10).
//
// Descriptors of this kernel are the only files that travel: a plugins.File
// without one is refused with an error that says so.
package session
