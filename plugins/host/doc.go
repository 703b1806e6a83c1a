// Package host is lxshd: it starts plugins as its children, one process an
// instance, keeps track of them, and ends what nobody uses.
//
// # Files
//
// In the data folder: the lock that makes one lxshd per user and store, and the
// link to the runtime folder (package paths). In the runtime folder, 0700:
//
//	lxshd.sock              requests of package control
//	RUNTIME:DISTRO.sock     an instance's sessions, served by its plugin
//	RUNTIME:DISTRO.state/   that instance's own folder while it runs
//	host/interop.sock       callers of the interop plugin
//	plugin-dir*/            go-plugin's gRPC sockets
//
// # Death
//
// When a plugin dies its socket and folder are removed. When lxshd dies, the
// kernel sends SIGHUP to the plugins, which end when their last session has; the
// next lxshd finds an instance that still runs by its socket and lets shells use
// it, and removes what dead processes left.
package host
