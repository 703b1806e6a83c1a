// Package lxsh_test holds what is true of the module as a whole.
package lxsh_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/lxsh/lxsh/"

// rules says what the packages below a folder may import of ours, by folder; the
// first rule that fits a package counts. ARCHITECTURE.md gives the reasons.
var rules = []struct {
	folder string
	may    []string
}{
	{"cmd", []string{"cmd/internal", "shell", "plugins", "interop", "runtimes"}},
	{"shell", []string{
		"shell", "interop", "runtimes/local", "plugins", "-plugins/host", "-plugins/rpc", "-plugins/proto", "-plugins/sdk",
	}},
	{"runtimes/distro", []string{"runtimes/distro", "plugins"}},
	{"runtimes/local", []string{"runtimes/local", "plugins"}},
	{"runtimes/translator", []string{"runtimes/translator", "runtimes/distro", "runtimes/local", "plugins", "interop/transport"}},
	{"interop", []string{"interop", "plugins", "runtimes/local"}},
	{"plugins", []string{"plugins"}},
	{"bench", []string{"bench", "plugins", "runtimes"}},
	{"build", nil},
	{"e2e", nil},
}

// within reports whether pkg is folder or lies below it.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

func allowed(pkg string, may []string) bool {
	ok := false
	for _, folder := range may {
		if refused, no := strings.CutPrefix(folder, "-"); no {
			ok = ok && !within(pkg, refused)
		} else {
			ok = ok || within(pkg, folder)
		}
	}
	return ok
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-buildvcs=false"}, args...)...).Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatalf("go list: %v", err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestImportsGoOneWay(t *testing.T) {
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		fields := strings.Fields(line)
		pkg, ours := strings.CutPrefix(fields[0], module)
		if !ours {
			continue // this package
		}
		ruled := false
		for _, rule := range rules {
			if !within(pkg, rule.folder) {
				continue
			}
			ruled = true
			for _, path := range fields[1:] {
				dep, ours := strings.CutPrefix(path, module)
				if ours && !allowed(dep, rule.may) {
					t.Errorf("%s imports %s: packages below %s may import %v only", pkg, dep, rule.folder, rule.may)
				}
				if pkg == "plugins" && (ours || strings.Contains(path, ".")) {
					t.Errorf("plugins imports %s: the contract uses the standard library alone", path)
				}
			}
			break
		}
		if !ruled {
			t.Errorf("%s: no import rule fits its folder", pkg)
		}
	}
}

// heavy are packages that cost 3 to 5 ms of every start.
var heavy = []string{"google.golang.org/grpc", "google.golang.org/protobuf", "github.com/hashicorp/go-plugin", "net/http"}

// personal are packages for somebody at a terminal, which together cost as much as
// the rest of lxsh's start: they are in lxsh-full.
var personal = []string{"github.com/reeflective/readline", "github.com/BurntSushi/toml", "archive/tar", "compress", "crypto", "math/big", "os/exec"}

// TestLightPrograms holds what keeps starts short.
func TestLightPrograms(t *testing.T) {
	for program, without := range map[string][]string{
		"lxsh": append(personal, heavy...), "lxsh-full": heavy, "lxsh-guest": heavy,
	} {
		for _, dep := range goList(t, "-deps", "./cmd/"+program) {
			for _, pkg := range without {
				if within(dep, pkg) {
					t.Errorf("cmd/%s links %s", program, dep)
				}
			}
		}
	}
}
