// Package wire carries frames with descriptors over a Unix stream socket, and
// encodes what is in them.
//
// A frame is a header of twelve bytes, big endian, and a body:
//
//	body length  uint32   at most MaxBody
//	id           uint32   chosen by the user of the connection
//	type         uint8    likewise
//	zero         uint8
//	descriptors  uint16   at most MaxFiles
//
// Descriptors travel as SCM_RIGHTS (unix(7)) with the header's first bytes. The
// kernel takes 253 at a time, so a frame with more is sent in several pieces,
// each of at least one byte; the receiver queues what arrives and every frame
// takes its number from the queue.
//
// Bodies are built by [Encoder] and read by [Decoder]: numbers are varints as in
// encoding/binary, strings are a length and bytes, of any value.
package wire
