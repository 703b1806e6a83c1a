package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/plugins/attach"
	"github.com/lxsh/lxsh/plugins/conformance"
)

// TestTranslatorConformance runs the kit against the translator by the way that
// lxsh takes: lxshd, the plugin over gRPC, the session socket.
func TestTranslatorConformance(t *testing.T) {
	u := newUser(t)
	for _, variable := range u.env {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	t.Setenv("LXSH_PLUGIN_PATH", stage+"/bin")
	shared := filepath.Join(u.dir, "home", "shared")
	if err := os.Mkdir(shared, 0o755); err != nil {
		t.Fatal(err)
	}
	info, err := attach.Info(t.Context(), "translator")
	if err != nil {
		t.Fatal(err)
	}
	conformance.Run(t, conformance.Options{
		Open: func(ctx context.Context) (plugins.Instance, error) {
			c, err := attach.Connect(ctx, "translator", "base")
			if err != nil {
				return nil, err
			}
			t.Cleanup(func() { c.Hangup() })
			return c, nil
		},
		Abilities: info.Abilities,
		Shared:    shared,
		Crash: func() error {
			report, err := attach.Status(t.Context())
			if err != nil {
				return err
			}
			if len(report.Instances) != 1 {
				return errors.New("no single instance runs")
			}
			return syscall.Kill(report.Instances[0].Pid, syscall.SIGKILL)
		},
	})
}
