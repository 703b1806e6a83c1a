package idmap

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestSubordinate(t *testing.T) {
	owners := []string{"ann", "1001"}
	for _, c := range []struct {
		name, text string
		want       []syscall.SysProcIDMap // after the line of 0
		err        string
	}{
		{name: "by name", text: "bob:1:2\nann:100000:65536\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 100000, Size: 65536}}},
		{name: "by number, no last newline", text: "1001:100000:10",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 100000, Size: 10}}},
		{name: "several, unordered", text: "ann:3000:10\n1001:2000:5\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 2000, Size: 5}, {ContainerID: 6, HostID: 3000, Size: 10}}},
		{name: "overlapping and touching", text: "ann:2000:10\nann:2005:10\nann:2015:5\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 2000, Size: 20}}},
		{name: "own id inside", text: "ann:1000:4\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 1000, Size: 1}, {ContainerID: 2, HostID: 1002, Size: 2}}},
		{name: "root inside", text: "ann:0:3\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 1, Size: 2}}},
		{name: "broken lines of others", text: "bob\n:::\n# note\nann:5:1\nbob:x:y\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 5, Size: 1}}},
		{name: "nothing", text: "bob:1:1\n", err: "no range for ann"},
		{name: "empty range", text: "ann:5:0\n", err: "no range for ann"},
		{name: "only our own id", text: "ann:1001:1\n", err: "no range for ann"},
		{name: "short line", text: "\nann:5\n", err: "line 2: not NAME:START:COUNT"},
		{name: "not a number", text: "ann:5:many\n", err: "line 1: START and COUNT"},
		{name: "negative", text: "ann:-5:9\n", err: "line 1: START and COUNT"},
		{name: "beyond the last id", text: "ann:4294967290:6\n", err: "line 1: the range goes beyond"},
		{name: "up to the last id", text: "ann:4294967290:5\n",
			want: []syscall.SysProcIDMap{{ContainerID: 1, HostID: 4294967290, Size: 5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "subuid")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := subordinate(file, owners, 1001)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := append([]syscall.SysProcIDMap{{HostID: 1001, Size: 1}}, c.want...)
			if !(Map{UIDs: got}).Equal(Map{UIDs: want}) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	if _, err := subordinate(filepath.Join(t.TempDir(), "none"), owners, 1001); err == nil || !strings.Contains(err.Error(), "there is no") {
		t.Errorf("missing file: %v", err)
	}
}

// FuzzParse: whatever is in the file, the map is one that the kernel takes.
func FuzzParse(f *testing.F) {
	f.Add("ann:100000:65536\nann:100001:5\n")
	f.Add("1001:4294967290:5\nann:0:4294967295\n")
	f.Fuzz(func(t *testing.T, text string) {
		spans, err := parse([]byte(text), []string{"ann", "1001"})
		if err != nil {
			return
		}
		spans = exclude(exclude(merge(spans), 0), 1001)
		end := 0
		for _, s := range spans {
			if s.start < end || s.start >= s.end || s.end > noID || s.start == 0 || s.start <= 1001 && 1001 < s.end {
				t.Fatalf("spans %v", spans)
			}
			end = s.end
		}
	})
}
