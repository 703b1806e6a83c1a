// Package attach is how lxsh reaches what runs: instances, the interop plugin
// and lxshd itself.
//
// A running instance is reached directly, at its socket in the runtime folder.
// Only when nobody is there lxshd is asked; and when lxshd does not run either
// it is started, by one shell, under a lock, while others that want the same
// wait for that lock.
package attach
