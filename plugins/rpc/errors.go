package rpc

import (
	"context"
	"errors"
	"os"
	"syscall"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

// kinds are the errors on which a shell branches.
var kinds = map[pb.Error_Kind]error{
	pb.Error_NOT_FOUND:       plugins.ErrNotFound,
	pb.Error_NOT_EXECUTABLE:  plugins.ErrNotExecutable,
	pb.Error_BAD_INTERPRETER: plugins.ErrInterpreter,
	pb.Error_EXEC_FORMAT:     plugins.ErrExecFormat,
	pb.Error_PROCESS_DONE:    os.ErrProcessDone,
}

// toStatus makes err a gRPC error with an Error in its details.
func toStatus(err error) error {
	if err == nil {
		return nil
	}
	detail := &pb.Error{Text: err.Error()}
	for kind, sentinel := range kinds {
		if errors.Is(err, sentinel) {
			detail.Kind = kind
		}
	}
	var start *plugins.StartError
	if errors.As(err, &start) {
		detail.Name, detail.Path = []byte(start.Name), []byte(start.Path)
		detail.Text = start.Err.Error()
	}
	var errno syscall.Errno
	if detail.Kind == pb.Error_OTHER && errors.As(err, &errno) {
		detail.Kind, detail.Errno = pb.Error_ERRNO, int32(errno)
	}
	var lack *plugins.LackError
	if errors.As(err, &lack) {
		detail.Kind = pb.Error_LACK
		detail.Lack = &pb.Lack{What: lack.Lack.What, Why: lack.Lack.Why, Remedy: lack.Lack.Remedy}
	}
	code := codes.Unknown
	switch {
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	case detail.Kind == pb.Error_NOT_FOUND:
		code = codes.NotFound
	}
	st := status.New(code, err.Error())
	if detailed, derr := st.WithDetails(detail); derr == nil {
		st = detailed
	}
	return st.Err()
}

// fromStatus gives back what toStatus took. An error without details is the
// plugin's or gRPC's own, and never one that lets the host run a command.
func fromStatus(err error) error {
	if err == nil {
		return nil
	}
	st, ok := status.FromError(err)
	if !ok {
		return err
	}
	for _, d := range st.Details() {
		if e, ok := d.(*pb.Error); ok {
			return fromDetail(e)
		}
	}
	switch st.Code() {
	case codes.Canceled:
		return context.Canceled
	case codes.DeadlineExceeded:
		return context.DeadlineExceeded
	case codes.Unavailable:
		return &LostError{st.Message()}
	}
	return errors.New(st.Message())
}

func fromDetail(e *pb.Error) error {
	err := kinds[e.Kind]
	switch {
	case err != nil:
	case e.Kind == pb.Error_LACK && e.Lack != nil:
		return &plugins.LackError{Lack: plugins.Lack{What: e.Lack.What, Why: e.Lack.Why, Remedy: e.Lack.Remedy}}
	case e.Kind == pb.Error_ERRNO && e.Errno > 0 && e.Errno < 4096:
		err = &errnoError{e.Text, syscall.Errno(e.Errno)}
	default:
		err = errors.New(e.Text)
	}
	if len(e.Name) > 0 {
		return &plugins.StartError{Name: string(e.Name), Path: string(e.Path), Err: err}
	}
	return err
}

// An errnoError keeps the plugin's words for a kernel error.
type errnoError struct {
	text  string
	errno syscall.Errno
}

func (e *errnoError) Error() string { return e.text }
func (e *errnoError) Unwrap() error { return e.errno }

// A LostError is a plugin that is gone.
type LostError struct{ why string }

func (e *LostError) Error() string { return "the plugin is gone: " + e.why }
