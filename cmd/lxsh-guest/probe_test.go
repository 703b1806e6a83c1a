package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// What the probe tells of itself. Strings are bytes, which JSON would not keep.
type facts struct {
	Argv, Env [][]byte
	Dir       string
	Umask     int
	Files     []int // open descriptors
	Ignored   []int
	Group     bool // leads its own process group
}

// probe is a program of the host.
//
//	probe self           reports as JSON
//	probe exit N         exits with N
//	probe hash           the SHA-256 of its input
//	probe spew N         writes N bytes of a known sequence
//	probe catch N        prints "ready", waits for signal N, prints its number
//	probe fds IN OUT     copies descriptor IN to OUT
func probe(args []string) int {
	switch args[1] {
	case "self":
		var r facts
		for _, arg := range args {
			r.Argv = append(r.Argv, []byte(arg))
		}
		for _, variable := range os.Environ() {
			r.Env = append(r.Env, []byte(variable))
		}
		r.Dir, _ = os.Getwd()
		r.Umask = unix.Umask(0)
		r.Group = unix.Getpgrp() == unix.Getpid()
		for n, fd := range must(descriptors()) {
			if fd >= 0 {
				r.Files = append(r.Files, n)
			}
		}
		for n := 1; n < 32; n++ {
			if signal.Ignored(syscall.Signal(n)) {
				r.Ignored = append(r.Ignored, n)
			}
		}
		json.NewEncoder(os.Stdout).Encode(r)
	case "exit":
		return must(strconv.Atoi(args[2]))
	case "hash":
		h := sha256.New()
		n := must(io.Copy(h, os.Stdin))
		fmt.Printf("%d %x\n", n, h.Sum(nil))
	case "spew":
		must(io.Copy(os.Stdout, sequence(must(strconv.ParseInt(args[2], 10, 64)))))
	case "catch":
		c := make(chan os.Signal, 1)
		signal.Notify(c, syscall.Signal(must(strconv.Atoi(args[2]))))
		fmt.Println("ready")
		fmt.Println(int((<-c).(syscall.Signal)))
	case "fds":
		in := os.NewFile(uintptr(must(strconv.Atoi(args[2]))), "in")
		out := os.NewFile(uintptr(must(strconv.Atoi(args[3]))), "out")
		must(io.Copy(out, in))
	}
	return 0
}

func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(99)
	}
	return v
}

// sequence is n bytes that no loss or change of order leaves the same.
func sequence(n int64) io.Reader { return io.LimitReader(new(counter), n) }

type counter struct{ at uint64 }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c.at ^ c.at>>8 ^ c.at>>16)
		c.at++
	}
	return len(p), nil
}
