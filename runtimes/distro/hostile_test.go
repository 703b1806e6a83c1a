package distro

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// TestHostile: each archive tries to reach a file outside of its root, or to
// upset who unpacks it. What is imported stays inside; the file stays as it was.
func TestHostile(t *testing.T) {
	outside := t.TempDir()
	victim := filepath.Join(outside, "victim")
	const content = "as it was"
	if err := os.WriteFile(victim, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	up := strings.Repeat("../", 20)
	const dir, symlink, hard, char, block, fifo = tar.TypeDir, tar.TypeSymlink, tar.TypeLink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo
	root := os.Geteuid() == 0
	m, _ := idmap.Choose()
	for _, c := range []struct {
		name    string
		entries []entry
		err     string
		want    map[string]string // what is below the root: content of files, "->" and target of links, "/" for folders
	}{
		{name: "dot dot", entries: []entry{{name: up + victim, content: "x"}}, err: `leads out`},
		{name: "dot dot inside", entries: []entry{{name: "a/../../x", content: "x"}}, err: `leads out`},
		{name: "dot dot folder", entries: []entry{{name: "../", kind: dir}}, err: `leads out`},
		{name: "hard link by dot dot", entries: []entry{{name: "x", kind: hard, link: up + victim}}, err: `leads out`},
		{name: "absolute name", entries: []entry{{name: victim, content: "x"}}, want: map[string]string{victim: "x"}},
		{name: "absolute link", entries: []entry{{name: "out", kind: symlink, link: outside}, {name: "out/victim", content: "x"}},
			err: `"out/victim"`},
		{name: "absolute link to a folder inside", entries: []entry{{name: outside, kind: dir}, {name: "out", kind: symlink, link: outside}, {name: "out/victim", content: "x"}},
			want: map[string]string{victim: "x"}},
		{name: "relative link", entries: []entry{{name: "out", kind: symlink, link: up + outside}, {name: "out/victim", content: "x"}},
			err: `"out/victim"`},
		{name: "chain of links", entries: []entry{
			{name: "a", kind: symlink, link: ".."}, {name: "b", kind: symlink, link: "a/.."}, {name: "b/c", content: "x"}},
			want: map[string]string{"c": "x"}},
		{name: "loop of links", entries: []entry{{name: "a", kind: symlink, link: "b"}, {name: "b", kind: symlink, link: "a"}, {name: "a/c", content: "x"}},
			err: "too many levels"},
		{name: "file over a link", entries: []entry{{name: "x", kind: symlink, link: victim}, {name: "x", content: "x"}},
			want: map[string]string{"x": "x"}},
		{name: "mode over a link", entries: []entry{{name: "x", kind: symlink, link: victim, mode: 0o4777}},
			want: map[string]string{"x": "->" + victim}},
		{name: "hard link to a link", entries: []entry{{name: "x", kind: symlink, link: victim}, {name: "y", kind: hard, link: "x"}, {name: "y", content: "x"}},
			want: map[string]string{"x": "->" + victim, "y": "x"}},
		{name: "hard link through a link", entries: []entry{{name: "d", kind: symlink, link: outside}, {name: "y", kind: hard, link: "d/victim"}},
			err: `"y": link to`},
		{name: "hard link to itself", entries: []entry{{name: "y", content: "x"}, {name: "y", kind: hard, link: "./y"}},
			want: map[string]string{"y": "x"}},
		{name: "hard link to nothing", entries: []entry{{name: "y", kind: hard, link: "nothing"}}, err: `"y": link to "nothing"`},
		{name: "hard link to a folder", entries: []entry{{name: "y", kind: hard, link: "bin"}}, err: `"y": link to "bin"`},
		{name: "file twice", entries: []entry{{name: "x", content: "first"}, {name: "x", content: "second"}},
			want: map[string]string{"x": "second"}},
		{name: "file over a hard link", entries: []entry{{name: "x", content: "first"}, {name: "y", kind: hard, link: "x"}, {name: "y", content: "second"}},
			want: map[string]string{"x": "first", "y": "second"}},
		{name: "folder over a file", entries: []entry{{name: "x", content: "x"}, {name: "x/", kind: dir}, {name: "x/y", content: "y"}},
			want: map[string]string{"x": "/", "x/y": "y"}},
		{name: "folder over a link", entries: []entry{{name: "x", kind: symlink, link: "/bin"}, {name: "x/", kind: dir}, {name: "x/y", content: "y"}},
			want: map[string]string{"x": "/", "x/y": "y"}},
		{name: "file over an empty folder", entries: []entry{{name: "x", kind: dir}, {name: "x", content: "y"}},
			want: map[string]string{"x": "y"}},
		{name: "file over a full folder", entries: []entry{{name: "x/y", content: "y"}, {name: "x", content: "y"}}, err: "there is a folder of that name"},
		{name: "file below a file", entries: []entry{{name: "x", content: "x"}, {name: "x/y", content: "y"}}, err: "not a directory"},
		{name: "file over the root", entries: []entry{{name: "/", kind: symlink, link: "x"}}, err: "there is a folder of that name"},
		{name: "file into a fifo", entries: []entry{{name: "x", kind: fifo}, {name: "x", content: "x"}}, want: map[string]string{"x": "x"}},
		{name: "os-release is a fifo", entries: []entry{{name: "etc/os-release", kind: fifo}}, want: map[string]string{"etc/os-release": "fifo"}},
		{name: "shell is a loop", entries: []entry{{name: "bin/sh", kind: symlink, link: "sh"}}, want: map[string]string{"bin/sh": "->sh"}},
		{name: "no folders named", entries: []entry{{name: "a/b/c/d", content: "x"}}, want: map[string]string{"a/b/c/d": "x"}},
		{name: "devices", entries: []entry{{name: "dev/null", kind: char}, {name: "x", kind: block}},
			want: map[string]string{"x": map[bool]string{true: "device", false: "none"}[root]}},
		{name: "file into a device", entries: []entry{{name: "x", kind: char}, {name: "x", content: "x"}}, want: map[string]string{"x": "x"}},
		{name: "closed root", entries: []entry{{name: "./", kind: dir, mode: 0o1}, {name: "x", content: "x", mode: 0o1}},
			want: map[string]string{}},
		{name: "name of dots", entries: []entry{{name: "...", content: "x"}, {name: "..x/y..", content: "y"}}, want: map[string]string{"...": "x", "..x/y..": "y"}},
		{name: "long name", entries: []entry{{name: strings.Repeat("x", 300), content: "x"}}, err: "file name too long"},
		{name: "long path", entries: []entry{{name: strings.Repeat("x/", 3000) + "x", content: "x"}}, err: "file name too long"},
		{name: "unknown type", entries: []entry{{name: "x", kind: 'Z'}}, err: "unknown type"},
		{name: "attributes of the system", entries: []entry{{name: "x", content: "x", xattrs: map[string]string{
			"security.selinux": "a", "trusted.overlay.opaque": "y", "system.posix_acl_access": "rubbish", "": "z", "user." + strings.Repeat("n", 300): "v"}}},
			want: map[string]string{"x": "x"}},
		{name: "owner beyond all ids", entries: []entry{{name: "x", content: "x", uid: 3_000_000_000}},
			err: map[idmap.Mode]string{idmap.Range: "beyond the ids of this user"}[m.Mode], want: map[string]string{"x": "x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			_, err := importBytes(s, "h", archive(t, c.entries...))
			if b, e := os.ReadFile(victim); string(b) != content || e != nil {
				t.Fatalf("the file outside is %q now (%v)", b, e)
			}
			if entries, _ := os.ReadDir(outside); len(entries) != 1 {
				t.Fatalf("outside there are now %v", entries)
			}
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %v, want %q", err, c.err)
				}
				nothingLeft(t, s)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := contents(t, export(t, s, "h"))
			for name, want := range c.want {
				name = strings.TrimPrefix(name, "/")
				if got[name] != want && !(want == "none" && got[name] == "") {
					t.Errorf("%s is %q, want %q", name, got[name], want)
				}
			}
		})
	}
}

// contents is an archive as a map.
func contents(t *testing.T, data []byte) map[string]string {
	t.Helper()
	files := map[string]string{}
	a := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := a.Next()
		if err != nil {
			return files
		}
		name := filepath.Clean(h.Name)
		switch h.Typeflag {
		case tar.TypeReg:
			var b bytes.Buffer
			if _, err := b.ReadFrom(a); err != nil {
				t.Fatal(err)
			}
			files[name] = b.String()
		case tar.TypeSymlink:
			files[name] = "->" + h.Linkname
		case tar.TypeLink:
			files[name] = files[filepath.Clean(h.Linkname)]
		case tar.TypeDir:
			files[name] = "/"
		case tar.TypeFifo:
			files[name] = "fifo"
		default:
			files[name] = "device"
		}
	}
}
