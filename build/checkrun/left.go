package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// leftProcesses waits for the adopted orphans to end, kills those that do not
// within grace, and describes them.
func leftProcesses(grace time.Duration) []string {
	var left []string
	for end := time.Now().Add(grace); ; time.Sleep(20 * time.Millisecond) {
		for {
			if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); err != nil || pid <= 0 {
				break
			}
		}
		pids := children(os.Getpid())
		if len(pids) == 0 {
			return left
		}
		if time.Now().Before(end) {
			continue
		}
		// The children of what is killed become ours, so a tree is gone after
		// as many rounds as it is deep.
		for _, pid := range pids {
			left = append(left, describe(pid))
			unix.Kill(pid, unix.SIGKILL)
		}
	}
}

// children lists the live and dead children of parent (proc(5), stat field 4).
func children(parent int) []int {
	var pids []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // ended meanwhile
		}
		// The name, field 2, is in brackets and may hold anything.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, _ := strconv.Atoi(strings.Split(path, "/")[2])
			pids = append(pids, pid)
		}
	}
	return pids
}

func describe(pid int) string {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	words := strings.ReplaceAll(strings.TrimRight(string(line), "\x00"), "\x00", " ")
	return fmt.Sprintf("process %d: %s", pid, words)
}

// leftMounts lists the mounts below folder or made of it (proc(5), mountinfo).
func leftMounts(folder string) []string {
	return linesWith("/proc/self/mountinfo", folder+"/", "mount")
}

// leftSockets lists the Unix sockets bound below folder.
func leftSockets(folder string) []string {
	return linesWith("/proc/net/unix", folder+"/", "socket")
}

func linesWith(file, part, kind string) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		return []string{fmt.Sprintf("cannot tell: %v", err)}
	}
	var found []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, part) {
			found = append(found, kind+" "+strings.TrimSpace(line))
		}
	}
	return found
}

func leftFiles(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return []string{fmt.Sprintf("cannot tell: %v", err)}
	}
	var found []string
	for _, e := range entries {
		found = append(found, "file "+filepath.Join(folder, e.Name()))
	}
	return found
}
