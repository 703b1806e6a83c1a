package wire

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/lxsh/lxsh/plugins"
)

// ErrEnding says that the server is about to end and takes no more clients.
var ErrEnding = errors.New("is ending")

// The forms of an error in a body.
const (
	errorText     = iota // text
	errorWrap            // text, error
	errorSentinel        // index in sentinels
	errorErrno           // number
	errorStart           // name, path, error
	errorPath            // operation, path, error
	errorLack            // what, why, remedy
)

// sentinels are the errors on which callers branch, by their number on the wire.
var sentinels = []error{
	plugins.ErrNotFound, plugins.ErrNotExecutable, plugins.ErrInterpreter, plugins.ErrExecFormat,
	os.ErrProcessDone, context.Canceled, context.DeadlineExceeded, errors.ErrUnsupported, ErrEnding, os.ErrClosed,
}

// maxErrorDepth bounds the chain of wrapped errors.
const maxErrorDepth = 8

// Error encodes err so that errors.Is and errors.As find at the other end what
// they find here: the types of package plugins, *fs.PathError, syscall.Errno and
// the common sentinels. Of any other error the text is kept.
func (e *Encoder) Error(err error) *Encoder { return e.error(err, 0) }

func (e *Encoder) error(err error, depth int) *Encoder {
	for i, s := range sentinels {
		if err == s {
			return e.Uint(errorSentinel).Uint(uint64(i))
		}
	}
	switch err := err.(type) {
	case syscall.Errno:
		return e.Uint(errorErrno).Uint(uint64(err))
	case *plugins.StartError:
		return e.Uint(errorStart).String(err.Name).String(err.Path).error(err.Err, depth+1)
	case *fs.PathError:
		return e.Uint(errorPath).String(err.Op).String(err.Path).error(err.Err, depth+1)
	case *plugins.LackError:
		return e.Uint(errorLack).String(err.Lack.What).String(err.Lack.Why).String(err.Lack.Remedy)
	}
	text := "unknown error"
	if err != nil {
		text = err.Error()
	}
	if inner := errors.Unwrap(err); inner != nil && depth < maxErrorDepth {
		return e.Uint(errorWrap).String(text).error(inner, depth+1)
	}
	return e.Uint(errorText).String(text)
}

// Error decodes what [Encoder.Error] encoded. It is never nil.
func (d *Decoder) Error() error { return d.error(0) }

func (d *Decoder) error(depth int) error {
	if depth > maxErrorDepth+2 {
		d.fail, d.b = true, nil
	}
	switch d.Uint() {
	case errorText:
		if text := d.String(); d.Err() == nil {
			return errors.New(text)
		}
	case errorWrap:
		return &remoteError{d.String(), d.error(depth + 1)}
	case errorSentinel:
		if i := d.Uint(); i < uint64(len(sentinels)) && d.Err() == nil {
			return sentinels[i]
		}
	case errorErrno:
		if n := d.Uint(); n > 0 && n < 4096 {
			return syscall.Errno(n)
		}
	case errorStart:
		return &plugins.StartError{Name: d.String(), Path: d.String(), Err: d.error(depth + 1)}
	case errorPath:
		return &fs.PathError{Op: d.String(), Path: d.String(), Err: d.error(depth + 1)}
	case errorLack:
		return &plugins.LackError{Lack: plugins.Lack{What: d.String(), Why: d.String(), Remedy: d.String()}}
	}
	d.fail = true
	return ErrMalformed
}

// A remoteError is an error of the other end with its text and what it wraps.
type remoteError struct {
	text  string
	inner error
}

func (e *remoteError) Error() string { return e.text }
func (e *remoteError) Unwrap() error { return e.inner }
