package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// The faults that WSL's users report, each under its number in microsoft/WSL.

func (h *host) script(t *testing.T, address, script string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := h.shell(t, address, script)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.Bytes())
	}
	if stderr.Len() > 0 {
		t.Logf("standard error: %s", stderr.Bytes())
	}
	return string(out)
}

// #11439: "ls / | { cmd.exe /c ver; cat; }" prints nothing but the version.
func TestWSL11439StdinIsNotEaten(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		ls, err := exec.Command("ls", "/").Output()
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if got := h.script(t, address, "ls / | { host echo ver; cat; }"); got != "ver\n"+string(ls) {
				t.Fatalf("got %q", got)
			}
		}
		// What the program took is gone, what it left is there, from a file and
		// from a pipe with more than one buffer.
		if got := h.script(t, address, "seq 100000 >nums; { host head -c 6 >/dev/null; cat; } <nums | cksum; seq 100000 | tail -c +7 | cksum"); !twice(got) {
			t.Errorf("file: %q", got)
		}
		if got := h.script(t, address, "seq 100000 | { host dd bs=6 count=1 2>/dev/null >/dev/null; cat; } | cksum; seq 100000 | tail -c +7 | cksum"); !twice(got) {
			t.Errorf("pipe: %q", got)
		}
	})
}

func twice(s string) bool {
	lines := strings.Split(s, "\n")
	return len(lines) == 3 && lines[0] == lines[1]
}

// #10429: a loop that reads lines sees only the first.
func TestWSL10429LoopSeesAllLines(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		got := h.script(t, address, "seq 20 | while read -r n; do host echo line $n; done")
		var want strings.Builder
		for n := range 20 {
			fmt.Fprintf(&want, "line %d\n", n+1)
		}
		if got != want.String() {
			t.Errorf("got %q", got)
		}
	})
}

// #41080, #4082: bytes are dropped on large writes.
func TestWSL41080NoByteIsLost(t *testing.T) {
	const size = 48 << 20
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		hash := sha256.New()
		io.Copy(hash, sequence(size))
		want := fmt.Sprintf("%d %x\n", size, hash.Sum(nil))
		t.Run("in", func(t *testing.T) {
			cmd := h.guest(t, address, "probe", "hash")
			cmd.Stdin = ragged{sequence(size)}
			if out, err := cmd.Output(); string(out) != want || err != nil {
				t.Errorf("got %q, %v; want %q", out, err, want)
			}
		})
		t.Run("out", func(t *testing.T) {
			cmd := h.guest(t, address, "probe", "spew", fmt.Sprint(size))
			got := sha256.New()
			cmd.Stdout = got
			if err := cmd.Run(); err != nil || !bytes.Equal(got.Sum(nil), hash.Sum(nil)) {
				t.Errorf("%v, hash %x", err, got.Sum(nil))
			}
		})
		t.Run("both", func(t *testing.T) {
			cmd := h.guest(t, address, "cat")
			got := sha256.New()
			cmd.Stdin, cmd.Stdout = ragged{sequence(size)}, got
			if err := cmd.Run(); err != nil || !bytes.Equal(got.Sum(nil), hash.Sum(nil)) {
				t.Errorf("%v, hash %x", err, got.Sum(nil))
			}
		})
	})
}

// ragged reads in pieces of any size.
type ragged struct{ io.Reader }

func (r ragged) Read(p []byte) (int, error) {
	return r.Reader.Read(p[:1+rand.IntN(len(p))])
}

// #9764, #8677: launches from a parallel make time out.
func TestWSL9764ParallelLaunches(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		got := h.script(t, address, `for i in $(seq 200); do host echo $i >out.$i & done; wait; cat out.* | sort -n`)
		var want strings.Builder
		for n := range 200 {
			fmt.Fprintf(&want, "%d\n", n+1)
		}
		if got != want.String() {
			t.Errorf("got %q", got)
		}
	})
}

// #6420: an environment over a limit makes launches time out.
func TestWSL6420LargeEnvironment(t *testing.T) {
	onEach(t, "[interop]\nenv = [\"V*\"]\n"+allowAll, func(t *testing.T, h *host, address string) {
		cmd := h.guest(t, address, "sh", "-c", "echo ${#V0} ${#V7}")
		list := "LXENV="
		for n := range 8 {
			cmd.Env = append(cmd.Env, fmt.Sprintf("V%d=%s", n, strings.Repeat("x", 120<<10)))
			list += fmt.Sprintf("V%d:", n)
		}
		cmd.Env = append(cmd.Env, list)
		if out, err := cmd.CombinedOutput(); string(out) != "122880 122880\n" || err != nil {
			t.Errorf("got %q, %v", out, err)
		}
	})
}

// #5065, #4635, #8846: without a session (cron, systemd, tmux) nothing works.
func TestWSL5065NoSessionNeeded(t *testing.T) {
	onEach(t, allowAll, func(t *testing.T, h *host, address string) {
		got := h.script(t, address, `exec </dev/null 2>/dev/null; env -i LXSH_INTEROP="$LXSH_INTEROP" setsid bin/lxsh-guest host echo yes`)
		if got != "yes\n" {
			t.Errorf("got %q", got)
		}
	})
}
