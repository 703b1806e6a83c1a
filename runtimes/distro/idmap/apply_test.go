package idmap

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The test binary plays every part: the user who maps ids, and the program
// inside. The part is in the environment.
const partEnv = "IDMAP_TEST_PART"

func TestMain(m *testing.M) {
	parts := map[string]func() error{"files": asRoot, "user": asUser, "inside": inside}
	part := parts[os.Getenv(partEnv)]
	if part == nil {
		os.Exit(m.Run())
	}
	if err := part(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A report is what the program inside sees.
type report struct {
	Mode      Mode
	Lacks     []string
	UID, GID  int
	Effective string // CapEff
	Chown     string // error of giving a file to 33:33
	Owner     uint32 // of that file as seen from outside
	File      string
}

// asRoot lays the test's own passwd, subuid and subgid over the machine's, in a
// mount name space of its own, and becomes an ordinary user.
func asRoot() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	for _, name := range []string{"passwd", "subuid", "subgid"} {
		if err := syscall.Mount(filepath.Join(os.Getenv("IDMAP_TEST_ETC"), name), "/etc/"+name, "", syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	cmd := play("user")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 4242, Gid: 4242}}
	return cmd.Run()
}

func play(part string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), partEnv+"="+part)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd
}

func asUser() error {
	m, lacks := Choose()
	cmd := play("inside")
	out, err := cmd.StdinPipe() // keeps the child until we looked at its file
	if err != nil {
		return err
	}
	defer out.Close()
	cmd.Stdout = nil
	in, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := m.Start(cmd); err != nil {
		return err
	}
	var r report
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var st syscall.Stat_t
	if err := syscall.Stat(r.File, &st); err != nil {
		return err
	}
	r.Mode, r.Owner = m.Mode, st.Uid
	for _, l := range lacks {
		r.Lacks = append(r.Lacks, l.Why)
	}
	out.Close()
	if err := cmd.Wait(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

func inside() error {
	if err := Ready(); err != nil {
		return err
	}
	r := report{UID: os.Getuid(), GID: os.Getgid()}
	status, err := os.ReadFile("/proc/thread-self/status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
		if key == "CapEff" {
			r.Effective = value
		}
	}
	f, err := os.CreateTemp("", "idmap")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	r.File = f.Name()
	if err := f.Chown(33, 33); err != nil {
		r.Chown = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// run plays asUser for an ordinary user with the given subuid and subgid files:
// the caller, if it is one (then the files cannot be chosen), or one of root's.
func run(t *testing.T, subuid, subgid string) report {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		os.Chmod(d, 0o755)
	}
	self := filepath.Join(dir, "self")
	copyFile(t, "/proc/self/exe", self)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), partEnv+"=user")
	if os.Geteuid() == 0 {
		for name, text := range map[string]string{
			"passwd": "root:x:0:0::/root:/bin/sh\nidtest:x:4242:4242::/:/bin/sh\n",
			"subuid": subuid, "subgid": subgid,
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd.Env = append(os.Environ(), partEnv+"=files", "IDMAP_TEST_ETC="+dir, "TMPDIR=/tmp")
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	if r.UID != 0 || r.GID != 0 {
		t.Errorf("ids inside are %d:%d, want 0:0", r.UID, r.GID)
	}
	if strings.Trim(r.Effective, "0") == "" {
		t.Error("the program inside has no capabilities")
	}
	return r
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestRange(t *testing.T) {
	if lacks := helpersLack(); len(lacks) > 0 {
		t.Skip("this machine has no newuidmap: ", lacks[0].Why)
	}
	if m, _ := Choose(); os.Geteuid() != 0 && m.Mode != Range {
		t.Skip("this user has no subordinate ids")
	}
	r := run(t, "idtest:300000:65536\n", "idtest:400000:1000\n4242:410000:65536\n")
	if r.Mode != Range || len(r.Lacks) != 0 || r.Chown != "" {
		t.Errorf("report %+v", r)
	}
	if os.Geteuid() == 0 && r.Owner != 300032 {
		t.Errorf("33 inside is %d outside, want 300032", r.Owner)
	}
}

func TestShortRange(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can choose what is in /etc/subuid")
	}
	if lacks := helpersLack(); len(lacks) > 0 {
		t.Skip("this machine has no newuidmap: ", lacks[0].Why)
	}
	r := run(t, "idtest:300000:20\n", "idtest:300000:65536\n")
	if r.Mode != Range || len(r.Lacks) != 1 || !strings.Contains(r.Lacks[0], "only 21 ids") {
		t.Errorf("report %+v", r)
	}
	if !strings.Contains(r.Chown, "invalid argument") {
		t.Errorf("giving a file to an id beyond the range: %q, want EINVAL", r.Chown)
	}
}

func TestSingle(t *testing.T) {
	if m, _ := Choose(); os.Geteuid() != 0 && m.Mode != Single {
		t.Skip("this user has subordinate ids")
	}
	r := run(t, "idtest:300000:65536\n", "")
	if r.Mode != Single || len(r.Lacks) != 1 || !strings.Contains(r.Chown, "invalid argument") {
		t.Errorf("report %+v", r)
	}
}

// Root after unshare -r can give no group away, and has one id.
func TestRootOfNameSpace(t *testing.T) {
	dir := t.TempDir()
	self := filepath.Join(dir, "self")
	copyFile(t, "/proc/self/exe", self)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), partEnv+"=user", "TMPDIR="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	if r.Mode != Single || len(r.Lacks) != 1 || r.UID != 0 || r.GID != 0 || !strings.Contains(r.Chown, "invalid argument") {
		t.Errorf("report %+v", r)
	}
}

func TestIdentity(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has all ids")
	}
	m, lacks := Choose()
	if m.Mode == Single {
		t.Skip(lacks[0].Why)
	}
	if m.Mode != Identity || len(lacks) != 0 || total(m.UIDs) < 2 {
		t.Fatalf("%+v %v", m, lacks)
	}
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), partEnv+"=inside")
	out := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := m.Start(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if r.Chown != "" || r.UID != 0 {
		t.Errorf("%+v", r)
	}
}
