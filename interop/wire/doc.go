// Package wire is the protocol between a caller and the interop server.
//
// The caller connects; the server never connects back. Each side's first message
// is a hello with the version; the caller's travels with its first request. Then,
// on one connection, either
//
//	Authorise → Granted, Refused, or Ask → Confirm → Granted or Refused
//	Started and Ended for what was granted, with no answer
//
// any number of times, or once
//
//	Run → Accepted or Refused
//	→ Signal                    ← Changed
//	→ Data, Finish, Taken       ← Data, Finish, Taken
//
// where the last Changed, of a program that has ended, is the last message. A
// connection that goes before that hangs the program up.
//
// A frame is the length of the body (uint32, little-endian), the kind of the
// message (one byte) and the body, built as in package plugins/session/wire.
// Descriptors travel with the bytes of a Run where the transport passes them
// (unix(7), SCM_RIGHTS), in the order of their indexes. Where it does not, each is
// a stream. The sender of a stream keeps what it sent until the other side says
// that it was taken: that bounds what is under way, and the part of its input that
// a program did not read is still there for the next reader of the same pipe.
package wire
