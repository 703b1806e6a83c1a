// Package translator is the runtime that runs a distro's programs on the host's
// own kernel and translates names: paths, ids, process numbers.
//
// Engine "namespace" does so by the kernel's name spaces, at no cost per system
// call. It keeps accidents away, and is no boundary against hostile code: see
// [Runtime.Info] for what it does not do.
package translator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/lxsh/lxsh/plugins"
)

// Name is the runtime's name; Namespace is its engine.
const (
	Name      = "translator"
	Namespace = "namespace"
)

// Runtime is the translator. It keeps the instances that it opened.
type Runtime struct {
	mu   sync.Mutex
	open map[string]*Instance // by InstanceConfig.Name
}

var _ plugins.Runtime = (*Runtime)(nil)

// Open starts the instance, or returns the one that runs.
func (r *Runtime) Open(ctx context.Context, config plugins.InstanceConfig) (plugins.Instance, error) {
	if config.Engine != "" && config.Engine != Namespace {
		return nil, fmt.Errorf("translator: unknown engine %q (engines: %s)", config.Engine, Namespace)
	}
	if info, err := os.Stat(config.Root); err != nil {
		return nil, fmt.Errorf("translator: no distro: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("translator: no distro: %s is not a folder", config.Root)
	}
	if config.State == "" {
		return nil, errors.New("translator: the instance has no folder for its state")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.open[config.Name()]; i != nil && i.alive() {
		return i, nil
	}
	i, err := start(ctx, config)
	if err != nil {
		var lack *plugins.LackError
		if errors.As(err, &lack) {
			return nil, err
		}
		return nil, fmt.Errorf("translator: %w", err)
	}
	if r.open == nil {
		r.open = make(map[string]*Instance)
	}
	r.open[config.Name()] = i
	return i, nil
}
