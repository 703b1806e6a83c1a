package session_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/conformance"
	"github.com/lxsh/lxsh/plugins/session"
	"github.com/lxsh/lxsh/runtimes/local"
)

// TestConformance runs the kit over the wire: against runtime local behind a
// session socket, whose processes are then no children of the caller.
func TestConformance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := session.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- session.NewServer(local.Instance{}).Serve(ctx, l) }()
	defer func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	client, err := session.Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	abilities := client.Abilities()
	client.Hangup()
	conformance.Run(t, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			c, err := session.Dial(ctx, path)
			if err == nil {
				t.Cleanup(func() { c.Hangup() })
			}
			return c, err
		},
		Abilities: abilities,
		Shared:    t.TempDir(),
		Eternal:   true,
	})
}
