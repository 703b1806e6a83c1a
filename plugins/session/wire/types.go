package wire

// Types of frames. Requests have the types from FirstRequest to LastRequest,
// whose meaning belongs to the protocol that uses this package.
const (
	typeCancel   = 0 // to the server: give up the request with this id
	FirstRequest = 1
	LastRequest  = 199
	typeReply    = 200 // to the client: the request's result
	typeError    = 201 // to the client: the request failed
)
