package wire

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lxsh/lxsh/plugins"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The requests of the test's server.
const (
	testEcho = FirstRequest + iota
	testBlock
	testFail
)

func serve(t *testing.T) *Client {
	a, b, _ := pair(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		Serve(context.Background(), b, make(Limit, 8), func(ctx context.Context, r *Request) (Reply, error) {
			switch r.Type {
			case testEcho:
				return Reply{Body: NewEncoder().Bytes(r.Body), Files: r.Files}, nil
			case testBlock:
				<-ctx.Done()
				return Reply{}, ctx.Err()
			}
			return Reply{}, &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}
		})
	}()
	c := NewClient(a)
	t.Cleanup(func() {
		c.Close()
		<-done
	})
	return c
}

func TestCallsAreConcurrentAndCancellable(t *testing.T) {
	c := serve(t)
	ctx, cancel := context.WithCancel(context.Background())
	blocked := make(chan error, 1)
	go func() {
		_, err := c.Call(ctx, testBlock, nil)
		for errors.Is(err, syscall.EAGAIN) {
			_, err = c.Call(ctx, testBlock, nil)
		}
		blocked <- err
	}()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			for {
				f, err := c.Call(context.Background(), testEcho, NewEncoder().Uint(uint64(i)))
				if errors.Is(err, syscall.EAGAIN) {
					continue
				}
				if err != nil {
					t.Error(err)
				} else if got := NewDecoder(NewDecoder(f.Body).Bytes()).Uint(); got != uint64(i) {
					t.Errorf("got %d, want %d", got, i)
				}
				return
			}
		})
	}
	all.Wait()
	cancel()
	if err := <-blocked; err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

func TestConnectionLossEndsACall(t *testing.T) {
	a, b, _ := pair(t)
	c := NewClient(a)
	defer c.Close()
	time.AfterFunc(10*time.Millisecond, func() { b.Close() })
	for range 2 {
		if _, err := c.Call(context.Background(), testBlock, nil); !errors.Is(err, ErrLost) {
			t.Errorf("got %v", err)
		}
	}
}

func TestErrorsKeepTheirTypes(t *testing.T) {
	for _, err := range []error{
		errors.New("text"),
		syscall.EACCES,
		os.ErrProcessDone,
		&plugins.StartError{Name: "x", Path: "/bin/x", Err: plugins.ErrInterpreter},
		&plugins.StartError{Name: "x", Err: plugins.ErrNotFound},
		&plugins.StartError{Name: "x", Err: syscall.ENOMEM},
		&fs.PathError{Op: "open", Path: "/\xff", Err: syscall.ELOOP},
		&plugins.LackError{Lack: plugins.Lack{What: "a", Why: "b", Remedy: "c"}},
	} {
		d := NewDecoder(NewEncoder().Error(err).Body())
		if got := d.Error(); !reflect.DeepEqual(got, err) || d.End() != nil {
			t.Errorf("%#v became %#v", err, got)
		}
	}
	d := NewDecoder(NewEncoder().Error(fmt.Errorf("while: %w", &plugins.StartError{Name: "x", Err: plugins.ErrNotFound})).Body())
	err := d.Error()
	var start *plugins.StartError
	if !errors.Is(err, plugins.ErrNotFound) || !errors.As(err, &start) || err.Error() != "while: x: command not found" {
		t.Errorf("got %#v", err)
	}
}

func FuzzError(f *testing.F) {
	f.Add(NewEncoder().Error(&plugins.StartError{Name: "x", Err: plugins.ErrNotFound}).Body())
	f.Fuzz(func(t *testing.T, b []byte) {
		if NewDecoder(b).Error() == nil {
			t.Error("nil")
		}
	})
}
