// Package rpc carries the contract of package plugins over gRPC: [Server] serves
// any plugins.Runtime in a plugin process, [Client] is a plugins.Runtime in
// lxshd. See runtime.proto for the order of calls.
//
// Between lxsh and a Go plugin only Info, Open and Close go this way; commands
// take the session socket, where descriptors are passed. Start is for plugins
// that speak gRPC alone: bytes are streamed between the descriptors of the caller
// and pipes of the command. Two things differ then: an input is read ahead by as
// much as the plugin grants, and a descriptor open for both reading and writing
// is refused, except 0 (an input), 1 and 2 (outputs).
package rpc
