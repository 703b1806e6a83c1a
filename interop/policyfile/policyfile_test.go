package policyfile

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/interop"
)

func TestParseAdmin(t *testing.T) {
	got, err := parseAdmin("p", "# the house's rules\n[[rule]]\naction = \"deny\"\nprogram = \"sudo\"\n\n[[ rule ]] # second\naction = \"ask\"\norigin = \"instance\"\ninstance = \"vm:*\"\nargs = []\n")
	want := []interop.Rule{
		{Action: interop.Deny, Program: "sudo", File: "p", Line: 2},
		{Action: interop.Ask, Origin: interop.Inside, Instance: "vm:*", Args: []string{}, File: "p", Line: 6},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for text, want := range map[string]string{
		"[[rule]]\naction = \"alow\"\n":                       "p:1: unknown action \"alow\"",
		"[[rule]]\naction = \"deny\"\nprogramme = \"x\"\n":    `unknown key "rule.programme"`,
		"[[rule]]\naction = \"deny\"\norigin = \"outside\"\n": `p:1: unknown origin "outside"`,
		"[[rule":     "p:1: ",
		"default=1":  `unknown key "default"`,
		"[[rule]]\n": `unknown action ""`,
		"[[rule]]\naction = \"allow\"\nprogram = \"g*\"": `program "g*": a pattern that allows needs folders`,
	} {
		if _, err := parseAdmin("p", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// A file that others can write is not the administrator's, and stops everything.
func TestAdminFileMustBeRoots(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "policy.toml")
	if err := os.WriteFile(path, []byte("[[rule]]\naction = \"deny\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	source := &Source{Admin: path, User: filepath.Join(dir, "config.toml")}
	if os.Geteuid() == 0 {
		if policy, err := source.Policy(); err != nil || len(policy.Admin) != 1 {
			t.Errorf("root's own: %v", err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := source.Policy(); err == nil || !strings.Contains(err.Error(), "others than root") {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreReadAgainWhenTheyChange(t *testing.T) {
	dir := t.TempDir()
	source := &Source{Admin: filepath.Join(dir, "policy.toml"), User: filepath.Join(dir, "config.toml")}
	first, err := source.Policy()
	if err != nil || len(first.User) != 0 {
		t.Fatalf("got %+v, %v", first, err)
	}
	if again, _ := source.Policy(); again != first {
		t.Error("read again without a change")
	}
	if err := os.WriteFile(source.User, []byte("[interop]\nenv = [\"A\"]\n[[interop.rule]]\naction = \"deny\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if policy, err := source.Policy(); err != nil || len(policy.User) != 1 || policy.User[0].String() != source.User+":3" {
		t.Errorf("got %+v, %v", policy, err)
	}
	if pass, err := source.Pass(); err != nil || !reflect.DeepEqual(pass, []string{"A"}) {
		t.Errorf("got %q, %v", pass, err)
	}
}
