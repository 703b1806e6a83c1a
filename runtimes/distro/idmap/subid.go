package idmap

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// maxExtents is how many lines the kernel takes in a uid_map (user_namespaces(7)).
const maxExtents = 340

// noID is (uid_t)-1, which no mapping may contain.
const noID = 1<<32 - 1

// subordinate reads the ranges of the owner from file, in the form of subuid(5),
// and returns a map of 0 to own and of 1 upwards to the ranges.
func subordinate(file string, owners []string, own int) ([]syscall.SysProcIDMap, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s", file)
	}
	if err != nil {
		return nil, err
	}
	ranges, err := parse(text, owners)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	// Root's id must never be ours to give, and our own is mapped already.
	ranges = exclude(merge(ranges), 0)
	ranges = exclude(ranges, own)
	if len(ranges) == 0 {
		return nil, fmt.Errorf("%s has no range for %s", file, owners[0])
	}
	ids := []syscall.SysProcIDMap{{ContainerID: 0, HostID: own, Size: 1}}
	next := 1
	for _, r := range ranges[:min(len(ranges), maxExtents-1)] {
		n := min(r.end-r.start, noID-next)
		ids = append(ids, syscall.SysProcIDMap{ContainerID: next, HostID: r.start, Size: n})
		next += n
	}
	return ids, nil
}

// span is the ids from start up to, not including, end.
type span struct{ start, end int }

// parse returns the ranges of the owners in text. Lines of others are not ours
// to judge, so that only a wrong line of an owner is an error.
func parse(text []byte, owners []string) ([]span, error) {
	var spans []span
	number := 0
	for line := range lines(text) {
		number++
		fields := strings.Split(strings.TrimSpace(line), ":")
		if !slices.Contains(owners, fields[0]) {
			continue
		}
		if len(fields) != 3 {
			return nil, fmt.Errorf("line %d: not NAME:START:COUNT", number)
		}
		start, err1 := strconv.ParseUint(fields[1], 10, 32)
		count, err2 := strconv.ParseUint(fields[2], 10, 32)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("line %d: START and COUNT must be numbers below 2^32", number)
		}
		if count == 0 {
			continue
		}
		if start+count > noID {
			return nil, fmt.Errorf("line %d: the range goes beyond the last id, 2^32-2", number)
		}
		spans = append(spans, span{int(start), int(start + count)})
	}
	return spans, nil
}

// merge sorts spans and joins those that overlap or touch: the kernel refuses a
// map in which one id occurs twice.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && s.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, s.end)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// exclude cuts id out of the spans.
func exclude(spans []span, id int) []span {
	var kept []span
	for _, s := range spans {
		if id < s.start || id >= s.end {
			kept = append(kept, s)
			continue
		}
		if s.start < id {
			kept = append(kept, span{s.start, id})
		}
		if id+1 < s.end {
			kept = append(kept, span{id + 1, s.end})
		}
	}
	return kept
}

func total(ids []syscall.SysProcIDMap) int {
	n := 0
	for _, e := range ids {
		n += e.Size
	}
	return n
}

// lines yields the lines of text without their ends.
func lines(text []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range bytes.Lines(text) {
			if !yield(string(bytes.TrimRight(line, "\n"))) {
				return
			}
		}
	}
}
