package local_test

import (
	"context"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/conformance"
	"github.com/lxsh/lxsh/runtimes/local"
)

func TestConformance(t *testing.T) {
	info, err := local.Runtime{}.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conformance.Run(t, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			return local.Runtime{}.Open(ctx, plugins.InstanceConfig{})
		},
		Abilities: info.Abilities,
		Shared:    t.TempDir(),
		Eternal:   true,
	})
}
