package main

import (
	"archive/tar"
	"fmt"
	"os"
	"path/filepath"
)

// shellRows compare the shell itself.
func (s *stage) shellRows() []row {
	loop := func(n int, body string) string {
		return fmt.Sprintf("i=0; while [ $i -lt %d ]; do i=$((i+1)); %s; done", n, body)
	}
	all := []string{"dash", "bash", "mksh", "zsh"}
	rows := []row{
		{name: "start: -c :", target: 2.5, repeat: 20, peers: s.shells(":", "dash", "bash")},
		{name: "loop: arithmetic, 500k", kind: cpu, target: 1, peers: s.shells(loop(500_000, ":"), all...)},
		{name: "loop: functions, 200k", kind: cpu, target: 1, peers: s.shells("f() { x=$1; }; "+loop(200_000, "f $i"), all...)},
		{name: "loop: case, 200k", kind: cpu, target: 1, peers: s.shells(loop(200_000, "case $i in *7) x=1;; *[34]?) x=2;; *) x=3;; esac"), all...)},
		{name: "loop: strings, 200k", kind: cpu, target: 1, peers: s.shells("p=/usr/local/lib/name.tar.gz; "+loop(200_000, "b=${p##*/}; n=${b%%.*}; x=\"$n-$i\""), all...)},
		{name: "loop: splitting, 100k", kind: cpu, target: 1, peers: s.shells("v='a b c d e f'; "+loop(100_000, "set -- $v; x=$#"), all...)},
		{name: "read, 20k lines", kind: cpu, target: 1, peers: s.shells("seq 20000 | while read -r x; do y=$x; done", all...)},
		{name: "pipelines of builtins, 2k", target: 1, peers: s.shells(loop(2_000, "echo x | { read y; }"), all...)},
		{name: "500 x echo | cat", target: 1.05, peers: s.shells(loop(500, "echo x | /bin/cat >/dev/null"), all...)},
		{name: "subshells, 2k", target: 0.1, peers: s.shells(loop(2_000, "(:)"), all...)},
		{name: "substitutions, 2k", target: 0.1, peers: s.shells(loop(2_000, "x=$(echo y)"), all...)},
		{name: "2000 x /bin/true, local", target: 1.05, peers: s.shells(loop(2_000, "/bin/true"), "dash", "bash")},
	}
	trues := loop(2_000, "/bin/true")
	rows = append(rows,
		row{name: "2000 x /bin/true, instance", target: 1.5, peers: []peer{
			{name: "dash", argv: []string{"dash", "-c", trues}}, s.inside("-c", trues),
		}},
		row{name: "-c /bin/true, warm instance", target: 2.5, repeat: 20, peers: []peer{
			{name: "dash", argv: []string{"dash", "-c", "/bin/true"}}, s.inside("-c", "/bin/true"),
		}},
		row{name: "500 host commands from inside", target: 1.3, peers: []peer{
			{name: "dash", argv: []string{"dash", "-c", loop(500, "/bin/true")}},
			s.inside("-c", loop(500, "on host /bin/true")),
		}},
	)
	return rows
}

// callRows compare system calls, as the micro benchmark reports them.
func (s *stage) callRows() []row {
	var rows []row
	for _, m := range []struct {
		what   string
		count  string
		target float64
	}{
		{"stat", "100000", 1.1}, {"open", "50000", 1.1}, {"fork", "1000", 1.1}, {"spawn", "500", 1.5},
	} {
		argv := []string{s.micro, m.what, m.count}
		rows = append(rows, row{name: "call: " + m.what, kind: reported, target: m.target, peers: s.roots(argv, argv)})
	}
	return rows
}

// workRows compare whole programs on files that both sides see.
func (s *stage) workRows() []row {
	archive, err := s.archive(3000)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return nil
	}
	busybox := filepath.Join(s.root, "bin", "busybox")
	untar := "rm -rf t && mkdir t && tar -xf " + archive + " -C t"
	rows := []row{
		{name: "find, 3000 files", target: 1.1, peers: s.roots(
			[]string{busybox, "sh", "-c", "find . | wc -l"}, []string{"/bin/busybox", "sh", "-c", "find . | wc -l"})},
		{name: "untar, 3000 files", target: 1.1, peers: s.roots(
			[]string{busybox, "sh", "-c", untar}, []string{"/bin/busybox", "sh", "-c", untar})},
	}
	if s.distro == "" {
		fmt.Println("gcc: left out: no distro with a compiler named (-distro)")
		return rows
	}
	source := filepath.Join(s.shared(), "hello.c")
	if err := os.WriteFile(source, []byte("#include <stdio.h>\nint main(void) { return !puts(\"hello\"); }\n"), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return rows
	}
	gcc := []string{"gcc", "-O2", "-o", "hello", source}
	inside := s.inside(append([]string{"--distro", s.distro, "--"}, gcc...)...)
	inside.env = s.own // the user's own store
	return append(rows, row{name: "gcc hello.c", target: 1.1, peers: []peer{{name: "native", argv: gcc}, inside}})
}

// archive writes a tar file of n small files, and the files themselves, into the
// shared folder.
func (s *stage) archive(n int) (string, error) {
	path := filepath.Join(s.shared(), "files.tar")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := tar.NewWriter(f)
	text := make([]byte, 2000)
	for i := range n {
		name := fmt.Sprintf("d%d/e%d/file%d", i%10, i%100, i)
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			return "", err
		}
		if _, err := w.Write(text); err != nil {
			return "", err
		}
		host := filepath.Join(s.shared(), "files", name)
		if err := os.MkdirAll(filepath.Dir(host), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(host, text, 0o644); err != nil {
			return "", err
		}
	}
	return path, w.Close()
}
