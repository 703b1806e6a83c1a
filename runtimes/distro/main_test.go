package distro

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

func TestMain(m *testing.M) {
	if status, ran := Helper(); ran {
		os.Exit(status)
	}
	if store := os.Getenv("DISTRO_TEST_IMPORT"); store != "" { // see TestKilled
		_, err := At(store).Import(context.Background(), "victim", "-", Options{Stdin: os.Stdin})
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

var someTime = time.Unix(1_600_000_000, 123_456_789)

// An entry is a line of a test's archive.
type entry struct {
	name, link, content string
	kind                byte // 0: a regular file
	mode                int64
	uid, gid            int
	xattrs              map[string]string
}

func (e entry) header() *tar.Header {
	h := &tar.Header{
		Name: e.name, Linkname: e.link, Typeflag: e.kind, Mode: e.mode, Uid: e.uid, Gid: e.gid,
		Size: int64(len(e.content)), ModTime: someTime, Format: tar.FormatPAX,
	}
	if h.Typeflag == 0 {
		h.Typeflag = tar.TypeReg
	}
	if h.Mode == 0 {
		h.Mode = 0o755
	}
	if h.Typeflag == tar.TypeChar || h.Typeflag == tar.TypeBlock {
		h.Devmajor, h.Devminor = 1, 3
	}
	for k, v := range e.xattrs {
		if h.PAXRecords == nil {
			h.PAXRecords = map[string]string{}
		}
		h.PAXRecords[xattrRecord+k] = v
	}
	return h
}

// archive writes entries below a folder /bin, without which there is no distro.
func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range append([]entry{{name: "./", kind: tar.TypeDir}, {name: "./bin/", kind: tar.TypeDir}}, entries...) {
		if err := w.WriteHeader(e.header()); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// newStore returns an empty store. It is emptied at the end as the store does it,
// since files of subordinate ids are not the user's to remove.
func newStore(t testing.TB) *Store {
	t.Helper()
	if m, _ := idmap.Choose(); m.Mode != idmap.Identity {
		if _, err := os.Stat("/proc/self/ns/user"); err != nil {
			t.Skip("the kernel has no user name spaces")
		}
	}
	s := At(filepath.Join(t.TempDir(), "distros"))
	t.Cleanup(func() {
		os.Chmod(s.dir, 0o700)
		distros, err := s.List()
		for _, d := range distros {
			if err := s.Unregister(context.Background(), d.Name); err != nil {
				t.Error(err)
			}
		}
		if err != nil {
			t.Error(err)
		}
		nothingLeft(t, s)
	})
	return s
}

// nothingLeft fails if there is a trace of an unfinished import.
func nothingLeft(t testing.TB, s *Store) {
	t.Helper()
	entries, _ := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && e.Name() != ".lock" && e.Name() != ".default" {
			t.Errorf("%s is left in the store", e.Name())
		}
	}
}

func importBytes(s *Store, name string, data []byte) (Distro, error) {
	return s.Import(context.Background(), name, "-", Options{Stdin: bytes.NewReader(data)})
}

// listing is an archive as sorted lines with everything that must survive.
func listing(t testing.TB, r io.Reader) []string {
	t.Helper()
	var lines []string
	a := tar.NewReader(r)
	for {
		h, err := a.Next()
		if err == io.EOF {
			slices.Sort(lines)
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		if _, err := io.Copy(sum, a); err != nil {
			t.Fatal(err)
		}
		var attrs []string
		for k, v := range h.PAXRecords {
			if strings.HasPrefix(k, xattrRecord) {
				attrs = append(attrs, fmt.Sprintf("%s=%q", strings.TrimPrefix(k, xattrRecord), v))
			}
		}
		slices.Sort(attrs)
		time := h.ModTime.UnixNano()
		if h.Typeflag == tar.TypeLink {
			time = 0
		}
		lines = append(lines, fmt.Sprintf("%s %c %o %d:%d %d >%s %d %d,%d %v %x",
			filepath.Clean(h.Name), h.Typeflag, h.Mode, h.Uid, h.Gid, h.Size, filepath.Clean(h.Linkname), time, h.Devmajor, h.Devminor, attrs, sum.Sum(nil)[:4]))
	}
}

func export(t testing.TB, s *Store, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Export(context.Background(), name, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func diff(t testing.TB, got, want []string) {
	t.Helper()
	for _, l := range want {
		if !slices.Contains(got, l) {
			t.Errorf("missing: %s", l)
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			t.Errorf("surplus: %s", l)
		}
	}
}

func scaled(d time.Duration) time.Duration {
	if f, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64); err == nil && f > 0 {
		return time.Duration(float64(d) * f)
	}
	return d
}
