package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// ordinaryID is a user and group of which the machine knows nothing.
const ordinaryID = 54321

// TestAsOrdinaryUser runs all other tests again without root's rights: for a user
// with this one id, and for one with a range of others. What the machine's files
// say of users is covered by files of our own, in a mount name space.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("this is an ordinary user")
	}
	for _, user := range []struct{ name, subid string }{
		{"single id", ""},
		{"range of ids", "lxe2e:600000:65536\n"},
	} {
		t.Run(user.name, func(t *testing.T) { testAsUser(t, user.subid) })
	}
}

func testAsUser(t *testing.T, subid string) {
	// A folder that the user can reach, unlike this one and go test's.
	dir, err := os.MkdirTemp(stage, "user")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	passwd := fmt.Sprintf("root:x:0:0::/root:/bin/sh\nlxe2e:x:%d:%[1]d::/nonexistent:/bin/sh\n", ordinaryID)
	for _, step := range []error{
		os.Chmod(dir, 0o755),
		os.CopyFS(dir+"/testdata", os.DirFS("testdata")),
		copyFile("/proc/self/exe", dir+"/e2e.test"),
		os.WriteFile(dir+"/passwd", []byte(passwd), 0o644),
		os.WriteFile(dir+"/subuid", []byte(subid), 0o644),
		os.WriteFile(dir+"/subgid", []byte(subid), 0o644),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	const become = `set -e
for file in passwd subuid subgid; do
	mount --bind "$PWD/$file" "/etc/$file"
done
id=$1
shift
exec setpriv --reuid "$id" --regid "$id" --clear-groups -- ./e2e.test "$@"`
	args := []string{"--mount", "sh", "-c", become, "sh", strconv.Itoa(ordinaryID), "-test.timeout=8m"}
	if testing.Verbose() {
		args = append(args, "-test.v")
	}
	cmd := exec.CommandContext(t.Context(), "unshare", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
