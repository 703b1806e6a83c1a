package host

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/control"
	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/rpc"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/plugins/session/wire"
)

// handle answers one control request.
func (h *Host) handle(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	switch r.Type {
	case control.Hello:
		return wire.Reply{Body: wire.NewEncoder().Uint(control.Protocol).String(plugins.Version)}, nil
	case control.Status:
		return jsonReply(h.report(ctx))
	case control.Shutdown:
		return h.shutdown(ctx, r)
	}
	if err := h.enter(); err != nil {
		return wire.Reply{}, err
	}
	defer h.leave()
	d := wire.NewDecoder(r.Body)
	switch r.Type {
	case control.Open:
		request, err := control.DecodeOpen(r.Body)
		if err == nil {
			err = checkName(request)
		}
		if err != nil {
			return wire.Reply{}, err
		}
		socket, err := h.open(ctx, request)
		return wire.Reply{Body: wire.NewEncoder().String(socket)}, err
	case control.Interop:
		socket, err := h.openInterop(ctx)
		return wire.Reply{Body: wire.NewEncoder().String(socket)}, err
	case control.Info:
		info, err := h.info(ctx, d.String())
		if err != nil {
			return wire.Reply{}, err
		}
		return jsonReply(info)
	case control.Terminate:
		return wire.Reply{}, h.terminate(ctx, d.String())
	}
	return wire.Reply{}, fmt.Errorf("unknown request %d", r.Type)
}

// checkName keeps names out of the runtime folder that are more than names.
func checkName(r control.OpenRequest) error {
	for what, name := range map[string]string{"runtime": r.Runtime, "distro": r.Distro} {
		if name == "" || strings.ContainsAny(name, "/:\x00") || name[0] == '.' || len(name) > 128 {
			return fmt.Errorf("%q is no %s's name", name, what)
		}
	}
	return nil
}

func jsonReply(v any) (wire.Reply, error) {
	text, err := json.Marshal(v)
	return wire.Reply{Body: wire.NewEncoder().Raw(text)}, err
}

// info starts a plugin for one question.
func (h *Host) info(ctx context.Context, runtime string) (plugins.Info, error) {
	path, err := paths.FindRuntime(runtime)
	if err != nil {
		return plugins.Info{}, err
	}
	p, err := h.launch(path, rpc.RuntimeService)
	if err != nil {
		return plugins.Info{}, err
	}
	defer p.kill()
	client, ok := p.service.(*rpc.Client)
	if !ok {
		return plugins.Info{}, p.fault("does not answer", fmt.Errorf("its service is %T", p.service))
	}
	return client.Info(ctx)
}

func (h *Host) report(ctx context.Context) *control.Report {
	log, _ := paths.Log("lxshd")
	report := &control.Report{Daemon: &control.Daemon{Pid: os.Getpid(), Version: plugins.Version, Since: h.since, Runtime: h.dir, Log: log}}
	h.mu.Lock()
	known := make(map[string]*instance, len(h.instances))
	for _, i := range h.instances {
		known[i.socket] = i
	}
	h.mu.Unlock()
	report.Instances = control.Scan(ctx, h.dir)
	for n := range report.Instances {
		shown := &report.Instances[n]
		if i := known[shown.Socket]; i != nil {
			i.describe(shown)
			delete(known, shown.Socket)
		}
	}
	for _, i := range known { // no socket yet, or no longer
		shown := control.Instance{Socket: i.socket}
		i.describe(&shown)
		report.Instances = append(report.Instances, shown)
	}
	slices.SortFunc(report.Instances, func(a, b control.Instance) int { return strings.Compare(a.Name, b.Name) })
	return report
}

// describe adds what lxshd knows to what the instance's server said.
func (i *instance) describe(shown *control.Instance) {
	shown.Name, shown.Since = i.name, i.since
	select {
	case <-i.opened:
	default:
		shown.State = "starting"
		return
	}
	if i.err != nil || i.plugin == nil {
		return // a leftover stays one
	}
	shown.Pid, shown.Log = i.plugin.pid(), i.plugin.log
	switch shown.State {
	case "":
		shown.State = "ending"
	case "leftover":
		shown.State = "running"
	}
}

// shutdown ends everything; with onlyIdle, only when no shell would notice.
func (h *Host) shutdown(ctx context.Context, r *wire.Request) (wire.Reply, error) {
	d := wire.NewDecoder(r.Body)
	onlyIdle := d.Bool()
	if err := d.End(); err != nil {
		return wire.Reply{}, err
	}
	h.mu.Lock()
	busy := h.active > 0
	h.mu.Unlock()
	if onlyIdle {
		for _, i := range control.Scan(ctx, h.dir) {
			busy = busy || !(session.Load{Sessions: i.Sessions, Processes: i.Processes}).Idle()
		}
		if busy {
			return wire.Reply{Body: wire.NewEncoder().Bool(false)}, nil
		}
	}
	h.mu.Lock()
	h.ending = true
	h.mu.Unlock()
	h.stopAll()
	for _, i := range control.Scan(ctx, h.dir) { // leftovers
		h.terminate(ctx, i.Name)
	}
	os.Remove(paths.Socket(h.dir, paths.DaemonSocket))
	control.Clean(ctx, h.dir)
	return wire.Reply{Body: wire.NewEncoder().Bool(true), Sent: h.end}, nil
}

// stopAll ends all instances and the interop plugin, and waits for them.
func (h *Host) stopAll() {
	h.mu.Lock()
	var all []*instance
	for _, i := range h.instances {
		all = append(all, i)
	}
	interop := h.interop
	h.interop = nil
	h.ending = true
	h.mu.Unlock()
	var wait sync.WaitGroup
	for _, i := range all {
		wait.Go(func() {
			i.stop()
			<-i.gone
		})
	}
	wait.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		interop.end(ctx)
	})
	wait.Wait()
}
