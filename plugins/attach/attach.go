package attach

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// maxAttempts bounds the tries to reach an instance that keeps ending just then.
const maxAttempts = 5

// Connect opens a session with the instance runtime:distro, which is started
// where it does not run.
func Connect(ctx context.Context, runtime, distro string) (*session.Client, error) {
	if dir, err := paths.Runtime(); err == nil {
		c, err := session.Dial(ctx, paths.Socket(dir, runtime+":"+distro))
		if err == nil || !session.Gone(err) {
			return c, err
		}
	}
	var last error
	for range maxAttempts {
		path, err := Open(ctx, runtime, distro)
		if err != nil {
			return nil, err
		}
		c, err := session.Dial(ctx, path)
		if err == nil || !session.Gone(err) {
			return c, err
		}
		last = err
	}
	return nil, fmt.Errorf("%s:%s ends as soon as it is started: %w", runtime, distro, last)
}

// Open makes lxshd start the instance runtime:distro, unless it runs, and
// returns the path of its session socket.
func Open(ctx context.Context, runtime, distro string) (string, error) {
	dir, _ := os.Getwd() // a shell in a removed folder shares none
	request := control.OpenRequest{Runtime: runtime, Distro: distro, Dir: dir, Env: os.Environ()}
	return ask(ctx, control.Open, request.Encode())
}

// Interop returns the path of the interop plugin's socket; the plugin is started
// unless it runs.
func Interop(ctx context.Context) (string, error) {
	return ask(ctx, control.Interop, nil)
}

// ask makes a request to which the answer is a path.
func ask(ctx context.Context, request uint8, body *wire.Encoder) (string, error) {
	f, err := call(ctx, request, body)
	if err != nil {
		return "", err
	}
	reply := wire.NewDecoder(f.Body)
	path := reply.String()
	return path, reply.End()
}

// call makes a request of a lxshd that is started where it does not run. One that
// is just ending is waited for, by starting the next; so is one that is gone before
// it answers. The request is one that may be made twice.
func call(ctx context.Context, request uint8, body *wire.Encoder) (*wire.Frame, error) {
	var err error
	for range maxAttempts {
		var d *daemon
		if d, err = demand(ctx); errors.Is(err, errNoDaemon) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var f *wire.Frame
		f, err = d.Call(ctx, request, body)
		if errors.Is(err, wire.ErrEnding) || errors.Is(err, wire.ErrLost) {
			select {
			case <-d.Done():
			case <-ctx.Done():
			}
			d.Close()
			continue
		}
		d.Close()
		return f, daemonError(err)
	}
	return nil, fmt.Errorf("lxshd ends as soon as it is started: %w", daemonError(err))
}

// Info asks a runtime plugin what it can do here.
func Info(ctx context.Context, runtime string) (plugins.Info, error) {
	var info plugins.Info
	f, err := call(ctx, control.Info, wire.NewEncoder().String(runtime))
	if err != nil {
		return info, err
	}
	return info, json.Unmarshal(f.Body, &info)
}

// Status tells what runs. It starts nothing.
func Status(ctx context.Context) (*control.Report, error) {
	d, err := dialDaemon(ctx)
	if errors.Is(err, errNoDaemon) {
		dir, err := paths.Runtime()
		if err != nil {
			return &control.Report{}, nil
		}
		return &control.Report{Instances: control.Scan(ctx, dir)}, nil
	}
	if err != nil {
		return nil, err
	}
	defer d.Close()
	f, err := d.Call(ctx, control.Status, nil)
	if err != nil {
		return nil, daemonError(err)
	}
	report := new(control.Report)
	return report, json.Unmarshal(f.Body, report)
}

// Terminate ends one instance.
func Terminate(ctx context.Context, runtime, distro string) error {
	d, err := dialDaemon(ctx)
	if errors.Is(err, errNoDaemon) {
		return closeLeftover(ctx, runtime+":"+distro)
	}
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Call(ctx, control.Terminate, wire.NewEncoder().String(runtime+":"+distro))
	return daemonError(err)
}

// Shutdown ends all instances and lxshd. Where nothing runs it does nothing.
func Shutdown(ctx context.Context) error {
	d, err := dialDaemon(ctx)
	if errors.Is(err, errNoDaemon) {
		return sweep(ctx)
	}
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = shutdown(ctx, d, false)
	return err
}

// sweep ends what a lxshd that died left, and removes its traces.
func sweep(ctx context.Context) error {
	dir, err := paths.Runtime()
	if errors.Is(err, paths.ErrNoRuntime) {
		return nil
	}
	if err != nil {
		return err
	}
	lctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	lock, err := startLock(lctx)
	if err != nil {
		return err
	}
	defer lock.Close()
	for _, i := range control.Scan(ctx, dir) {
		err = errors.Join(err, closeLeftover(ctx, i.Name))
	}
	control.Clean(ctx, dir)
	return err
}

// closeLeftover ends an instance whose lxshd is gone.
func closeLeftover(ctx context.Context, name string) error {
	dir, err := paths.Runtime()
	if err != nil {
		return fmt.Errorf("%s does not run", name)
	}
	c, err := session.Watch(ctx, paths.Socket(dir, name))
	if session.Gone(err) {
		return fmt.Errorf("%s does not run", name)
	}
	if err != nil {
		return err
	}
	return c.Close(ctx)
}

func daemonError(err error) error {
	if errors.Is(err, wire.ErrLost) {
		log, _ := paths.Log("lxshd")
		return fmt.Errorf("lxshd died (see %s): %w", log, err)
	}
	return err
}
