package paths

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func setHome(t *testing.T) string {
	home := t.TempDir()
	t.Setenv("HOME", home)
	for _, v := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(v, "")
	}
	return home
}

func TestFolders(t *testing.T) {
	home := setHome(t)
	t.Setenv("XDG_CACHE_HOME", "relative/does/not/count")
	t.Setenv("XDG_DATA_HOME", "/data")
	for _, c := range []struct {
		call func() (string, error)
		want string
	}{
		{Config, home + "/.config/lxsh"},
		{Data, "/data/lxsh"},
		{Cache, home + "/.cache/lxsh"},
		{State, home + "/.local/state/lxsh"},
	} {
		if got, err := c.call(); err != nil || got != c.want {
			t.Errorf("got %q, %v, want %q", got, err, c.want)
		}
	}
}

func TestHomeFromUserDatabase(t *testing.T) {
	setHome(t)
	t.Setenv("HOME", "")
	if home, err := Home(); err != nil || !filepath.IsAbs(home) {
		t.Errorf("got %q, %v", home, err)
	}
}

func TestMakeNamesCauseAndRemedy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	_, err := Make(filepath.Join(file, "sub"))
	if err == nil || !strings.Contains(err.Error(), "not a directory (") {
		t.Errorf("got %v", err)
	}
}

func TestRuntimeIsFoundWithoutItsVariable(t *testing.T) {
	setHome(t)
	if _, err := Runtime(); !errors.Is(err, ErrNoRuntime) {
		t.Fatalf("before the claim: %v", err)
	}
	run, err := os.MkdirTemp("/tmp", "lxr")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(run)
	if _, err := DaemonLock(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", run)
	claimed, err := ClaimRuntime()
	if err != nil || filepath.Dir(claimed) != run+"/lxsh" {
		t.Fatalf("got %q, %v", claimed, err)
	}
	t.Setenv("XDG_RUNTIME_DIR", "")
	if got, err := Runtime(); err != nil || got != claimed {
		t.Errorf("got %q, %v, want %q", got, err, claimed)
	}
	os.Chmod(claimed, 0o755)
	if _, err := Runtime(); !errors.Is(err, ErrNoRuntime) {
		t.Errorf("a folder open to others was accepted: %v", err)
	}
	os.RemoveAll(run)
	if _, err := Runtime(); !errors.Is(err, ErrNoRuntime) {
		t.Errorf("a vanished folder: %v", err)
	}
}

func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	file, link, open := dir+"/file", dir+"/link", dir+"/open"
	os.WriteFile(file, nil, 0o600)
	os.Symlink(t.TempDir(), link)
	os.Mkdir(open, 0o700)
	os.Chmod(open, 0o770)
	for _, p := range []string{file, link, open} {
		if err := makePrivate(p); err == nil {
			t.Errorf("%s was accepted", p)
		}
	}
}

func TestSocketFits(t *testing.T) {
	if got := Socket("/run/x", "a:b"); got != "/run/x/a:b.sock" {
		t.Error(got)
	}
	long := Socket("/run/user/1000/lxsh/12345678", strings.Repeat("n", 200))
	other := Socket("/run/user/1000/lxsh/12345678", strings.Repeat("n", 201))
	if len(long) > maxSocket || long == other {
		t.Errorf("%q %q", long, other)
	}
}

func TestFindRuntime(t *testing.T) {
	setHome(t)
	dir := t.TempDir()
	t.Setenv("LXSH_PLUGIN_PATH", dir)
	plugin := filepath.Join(dir, "lxsh-runtime-good")
	os.WriteFile(plugin, nil, 0o755)
	os.WriteFile(filepath.Join(dir, "lxsh-runtime-data"), nil, 0o644)
	if got, err := FindRuntime("good"); err != nil || got != plugin {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := FindRuntime("data"); err == nil || !strings.Contains(err.Error(), `unknown runtime "data" (known here: local, good`) {
		t.Errorf("got %v", err)
	}
	if _, err := FindProgram("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := FindRuntime("../x"); err == nil {
		t.Error("a path was accepted")
	}
	os.Chmod(plugin, 0o757)
	if _, err := FindRuntime("good"); err == nil || !strings.Contains(err.Error(), "everybody can write") {
		t.Errorf("got %v", err)
	}
}

// A plugin of another user is refused, unless it is the one who owns lxsh itself.
func TestOtherOwner(t *testing.T) {
	if os.Getenv("LXSH_TEST_FIND") != "" {
		if _, err := FindRuntime("other"); err != nil {
			t.Fatal(err)
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give files away")
	}
	dir := t.TempDir()
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"self": self, "lxsh-runtime-other": nil} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{dir, dir + "/lxsh-runtime-other"} {
		if err := os.Chown(path, 4242, 4242); err != nil {
			t.Fatal(err)
		}
	}
	find := func() string {
		cmd := exec.Command(dir+"/self", "-test.run", "^TestOtherOwner$")
		cmd.Env = append(os.Environ(), "LXSH_TEST_FIND=1", "LXSH_PLUGIN_PATH="+dir)
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	if out := find(); !strings.Contains(out, "belongs to user 4242") {
		t.Errorf("got %q", out)
	}
	if err := os.Chown(dir+"/self", 4242, 4242); err != nil {
		t.Fatal(err)
	}
	if out := find(); !strings.Contains(out, "PASS") {
		t.Errorf("got %q", out)
	}
}
