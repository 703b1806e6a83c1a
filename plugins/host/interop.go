package host

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/lxsh/lxsh/plugins/paths"
	"github.com/lxsh/lxsh/plugins/rpc"
)

// interop is the interop plugin, started when a shell first asks for the host.
type interop struct {
	plugin *plugin
	remote *rpc.InteropClient
	socket string
}

// openInterop returns the interop socket; the plugin is started if need be.
func (h *Host) openInterop(ctx context.Context) (string, error) {
	h.interopOpen.Lock()
	defer h.interopOpen.Unlock()
	h.mu.Lock()
	i := h.interop
	h.mu.Unlock()
	if i.alive() {
		return i.socket, nil
	}
	i.end(ctx)
	path, err := paths.FindProgram("lxsh-interop")
	if err != nil {
		return "", fmt.Errorf("cannot reach the host: %w", err)
	}
	socket := paths.Socket(h.dir, paths.InteropSocket)
	p, err := h.launch(path, rpc.InteropService)
	if err != nil {
		return "", err
	}
	remote, ok := p.service.(*rpc.InteropClient)
	if !ok {
		p.kill()
		return "", p.fault("does not start", fmt.Errorf("its service is %T", p.service))
	}
	if err := remote.Open(ctx, socket, h.config.ConfigFile); err != nil {
		p.kill()
		return "", err
	}
	i = &interop{plugin: p, remote: remote, socket: socket}
	h.mu.Lock()
	h.interop = i
	h.mu.Unlock()
	go h.replace(i)
	return socket, nil
}

// restartPause is what a plugin that dies at once may use up of the machine.
const restartPause = 200 * time.Millisecond

// replace starts the next interop plugin when i has died: programs inside use the
// socket and cannot ask for it.
func (h *Host) replace(i *interop) {
	<-i.plugin.gone()
	h.mu.Lock()
	died := h.interop == i
	h.mu.Unlock()
	if !died {
		return // ended on purpose, or somebody's request was sooner
	}
	h.config.Log.Warn("the interop plugin ended", "status", fmt.Sprint(i.plugin.child.cmd.ProcessState))
	time.Sleep(restartPause)
	h.mu.Lock()
	wanted := h.interop == i && len(h.instances) > 0 && !h.ending
	h.mu.Unlock()
	if !wanted {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), openLimit)
	defer cancel()
	if _, err := h.openInterop(ctx); err != nil {
		h.config.Log.Warn("no way to the host from inside", "error", err)
	}
}

func (i *interop) alive() bool {
	if i == nil {
		return false
	}
	select {
	case <-i.plugin.gone():
		return false
	default:
		return true
	}
}

// inUse reports whether somebody is connected, or a program runs for somebody.
func (i *interop) inUse(ctx context.Context) bool {
	if !i.alive() {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, closeLimit)
	defer cancel()
	st, err := i.remote.Status(ctx)
	return err == nil && st.Callers+st.Programs > 0
}

// end closes the plugin and removes its socket.
func (i *interop) end(ctx context.Context) {
	if i == nil {
		return
	}
	if i.alive() {
		i.remote.Close(ctx)
	}
	i.plugin.kill()
	os.Remove(i.socket)
}
