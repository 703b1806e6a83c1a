package main

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A row is one comparison. The first peer is what the others are divided by.
type row struct {
	name   string
	peers  []peer
	target float64 // the most that lxsh may take of the first peer's time; 0: none stated
	kind   kind
	repeat int // runs that make one measurement, where one is too short; 0: 1
}

// kind is what of a run is the measurement.
type kind int

const (
	wall     kind = iota // time from start to end
	cpu                  // processor time of the process and its children
	reported             // the nanoseconds that the program prints
)

// A peer is one way to do the work of a row.
type peer struct {
	name string
	argv []string
	env  []string // added to our own
	dir  string
}

// measure runs the peers in turns, prints a line each and reports whether lxsh
// kept the target.
func (r row) measure(rounds int) bool {
	times := map[string][]float64{}
	failed := map[string]string{}
	for i := range rounds + 1 {
		for _, p := range r.peers {
			if failed[p.name] != "" {
				continue
			}
			t, err := r.once(p)
			switch {
			case err != nil:
				failed[p.name] = err.Error()
			case i > 0: // the first round warms the caches
				times[p.name] = append(times[p.name], t)
			}
		}
	}
	kept := true
	base := median(times[r.peers[0].name])
	for i, p := range r.peers {
		name := ""
		if i == 0 {
			name = r.name
		}
		if why := failed[p.name]; why != "" {
			fmt.Printf("%-34s %-9s left out: %s\n", name, p.name, why)
			kept = kept && !strings.HasPrefix(p.name, "lxsh")
			continue
		}
		m := median(times[p.name])
		line := fmt.Sprintf("%-34s %-9s %12s", name, p.name, time.Duration(m))
		if i > 0 && base > 0 {
			line += fmt.Sprintf("   %.2f", m/base)
			if p.name == "lxsh" && r.target > 0 {
				verdict := "kept"
				if m/base > r.target {
					verdict, kept = "over", false
				}
				line += fmt.Sprintf(" (%.2f, %s)", r.target, verdict)
			}
		}
		fmt.Println(line)
	}
	return kept
}

// once makes one measurement, the mean of its runs.
func (r row) once(p peer) (float64, error) {
	n := max(r.repeat, 1)
	sum := 0.0
	for range n {
		t, err := p.run(r.kind)
		if err != nil {
			return 0, err
		}
		sum += t
	}
	return sum / float64(n), nil
}

// run does the work once and returns nanoseconds.
func (p peer) run(k kind) (float64, error) {
	path, err := exec.LookPath(p.argv[0])
	if err != nil {
		return 0, fmt.Errorf("%s is not installed", p.argv[0])
	}
	cmd := exec.Command(path, p.argv[1:]...)
	cmd.Env, cmd.Dir = append(cmd.Environ(), p.env...), p.dir
	var out, complaint bytes.Buffer
	cmd.Stderr = &complaint
	if k == reported {
		cmd.Stdout = &out
	}
	begin := time.Now()
	err = cmd.Run()
	took := time.Since(begin)
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, strings.TrimSpace(complaint.String()))
	}
	switch k {
	case cpu:
		u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		return float64(u.Utime.Nano() + u.Stime.Nano()), nil
	case reported:
		return strconv.ParseFloat(strings.TrimSpace(out.String()), 64)
	default:
		return float64(took), nil
	}
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
