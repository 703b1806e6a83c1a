package translator

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/plugins"
	"github.com/lxsh/lxsh/runtimes/local"
	"github.com/lxsh/lxsh/runtimes/translator/inside"
)

// The test binary is the plugin's: it is executed again as stage and pid 1.
func TestMain(m *testing.M) {
	inside.Main()
	if part := os.Getenv(probePart); part != "" {
		if err := playProbe(part, os.Args[1]); err != nil {
			fmt.Println(err)
		}
		os.Exit(0)
	}
	if filepath.Base(os.Args[0]) == inside.Helper {
		fmt.Printf("%q", os.Args)
		os.Exit(0)
	}
	if folder := os.Getenv(pluginPart); folder != "" {
		if err := playPlugin(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// limit bounds every wait of the tests.
func limit() time.Duration {
	scale, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64)
	if err != nil || scale <= 0 {
		scale = 1
	}
	return time.Duration(scale * float64(20*time.Second))
}

// makeRoot makes a distro of busybox, or skips.
func makeRoot(t testing.TB) string {
	t.Helper()
	busybox, err := exec.LookPath("busybox")
	if err != nil {
		t.Skip("needs busybox (apt-get install busybox-static)")
	}
	root := filepath.Join(t.TempDir(), "root")
	for _, dir := range []string{"bin", "etc", "home", "root", "usr/bin", "var"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("bin/busybox", string(program), 0o755)
	write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", 0o644)
	write("etc/environment", "LANG=\"C\"\n# comment\nFROM_DISTRO='yes'\n", 0o644)
	out, err := exec.Command(busybox, "--list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(out)) {
		os.Symlink("busybox", filepath.Join(root, "bin", name))
	}
	return root
}

// open starts an instance that ends with the test.
func open(t testing.TB, config plugins.InstanceConfig) plugins.Instance {
	t.Helper()
	if lacks := spaceLacks(); len(lacks) > 0 {
		t.Skipf("%s: %s (%s)", lacks[0].What, lacks[0].Why, lacks[0].Remedy)
	}
	if config.Root == "" {
		config.Root = makeRoot(t)
	}
	config.Runtime, config.Distro, config.State = Name, "test", t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), limit())
	defer cancel()
	inst, err := new(Runtime).Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit())
		defer cancel()
		if err := inst.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return inst
}

// run runs a shell script in the instance and returns its output.
func run(t testing.TB, inst plugins.Instance, script string) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.SetReadDeadline(time.Now().Add(limit()))
	ctx, cancel := context.WithTimeout(t.Context(), limit())
	defer cancel()
	out := local.NewFile(int(w.Fd()))
	p, err := inst.Start(ctx, &plugins.Command{
		Name: "sh", Argv: []string{"sh", "-c", script}, Path: "/usr/bin:/bin", Dir: plugins.Dir{Path: "/"},
		Env: []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}, Files: []plugins.File{nil, out, out}, Group: plugins.GroupSame, Umask: 0o22,
	})
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	status, err := p.Wait(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s[%d]", text, status.ExitCode())
}

func TestInside(t *testing.T) {
	home := t.TempDir()
	hidden := filepath.Join(home, ".config", "lxsh")
	if err := os.MkdirAll(hidden, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hidden, "config.toml"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	later := filepath.Join(home, "later")
	link := filepath.Join(home, "link") // leads out of what is shared
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	note := filepath.Join(t.TempDir(), "note")
	if err := os.WriteFile(note, []byte("from the host\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	inst := open(t, plugins.InstanceConfig{
		Share: []string{home, "/usr", "/"}, Hide: []string{hidden, later, link + "/lxsh", "/nowhere"},
		Files: map[string]string{"/opt/note": note},
	})
	for _, test := range []struct{ name, script, want string }{
		{"the distro's root", "ls /bin/busybox; ls -d /usr/*", "/bin/busybox\n/usr/bin\n[0]"},
		{"user", "id -u; id -g", "0\n0\n[0]"},
		{"process numbers", "cat /proc/1/comm; [ $$ -lt 100 ] && echo small", "exe\nsmall\n[0]"},
		{"shared folder both ways", "cd " + home + " && echo hello > new && pwd", home + "\n[0]"},
		{"hidden folder is empty", "ls -A " + hidden + "; touch " + hidden + "/x 2>/dev/null || echo refused", "refused\n[0]"},
		{"hidden folder stays hidden", "umount " + hidden + " 2>/dev/null; umount -l " + hidden + " 2>/dev/null; ls -A " + hidden, "[0]"},
		{"a hidden folder that did not exist", "mkdir -p " + later + "/x 2>/dev/null || echo refused", "refused\n[0]"},
		{"file of the host", "cat /opt/note; echo x 2>/dev/null > /opt/note || echo refused", "from the host\nrefused\n[0]"},
		{"devices", "echo x > /dev/null; head -c 4 /dev/zero | wc -c; : > /dev/shm/x; echo err >&2", "4\nerr\n[0]"},
		{"tmp and run are its own", "touch /tmp/a-test /run/b-test; ls /tmp/a-test /run/b-test", "/run/b-test\n/tmp/a-test\n[0]"},
		{"sys is read-only", "mount | grep -q ' /sys .*[(]ro' && echo ro", "ro\n[0]"},
		{"exit status", "exit 7", "[7]"},
		{"mounting", "mkdir -p /mnt && mount -t tmpfs none /mnt && touch /mnt/x && umount /mnt && ls /mnt", "[0]"},
		{"resolver is a copy", "cat /etc/resolv.conf > /tmp/r; echo x > /etc/resolv.conf && cat /etc/resolv.conf", "x\n[0]"},
		{"hostname", "hostname changed && hostname", "changed\n[0]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := run(t, inst, test.script); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	if text, err := os.ReadFile(filepath.Join(home, "new")); err != nil || string(text) != "hello\n" {
		t.Errorf("the host sees %q, %v", text, err)
	}
	if text, err := os.ReadFile("/etc/resolv.conf"); err == nil && string(text) == "x\n" {
		t.Error("the host's resolv.conf was changed")
	}
	var host unix.Utsname
	if unix.Uname(&host) != nil || unix.ByteSliceToString(host.Nodename[:]) == "changed" {
		t.Error("the host's name was changed")
	}
}
