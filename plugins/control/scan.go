package control

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/session"
)

// scanLimit bounds the question to one instance.
const scanLimit = 2 * time.Second

// Scan lists the instances whose sockets are in the runtime folder dir, also
// those that no lxshd knows.
func Scan(ctx context.Context, dir string) []Instance {
	found, _ := filepath.Glob(filepath.Join(dir, "*.sock"))
	var list []Instance
	for _, path := range found {
		name := strings.TrimSuffix(filepath.Base(path), ".sock")
		if name == paths.DaemonSocket {
			continue
		}
		if i, ok := ask(ctx, path); ok {
			i.Name = name
			list = append(list, i)
		}
	}
	return list
}

// ask is false when nobody serves the socket.
func ask(ctx context.Context, path string) (Instance, bool) {
	ctx, cancel := context.WithTimeout(ctx, scanLimit)
	defer cancel()
	i := Instance{Socket: path, State: "leftover"}
	c, err := session.Watch(ctx, path)
	if err != nil {
		if session.Gone(err) {
			return i, false
		}
		i.State, i.Error = "broken", err.Error()
		return i, true
	}
	defer c.Hangup()
	if peer, err := c.Peer(); err == nil {
		i.Pid = int(peer.Pid) // who listened: the plugin, also where its pid 1 serves
	}
	load, err := c.Load(ctx)
	if err != nil {
		i.State, i.Error = "broken", err.Error()
	}
	i.Sessions, i.Processes = load.Sessions, load.Processes
	return i, true
}
