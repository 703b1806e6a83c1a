package builtin

import (
	"strconv"
	"strings"

	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/job"
)

// wait is POSIX's, with -n and -p of bash.
func wait(sh *eval.Shell, args []string) int {
	next, variable := false, ""
	o := parseOptions(sh, args, "nfp:")
	for o.next() {
		switch o.letter {
		case 'n':
			next = true
		case 'p':
			variable = o.arg
		}
	}
	switch {
	case o.failed:
		return 2
	case next:
		return waitNext(sh, o.rest, variable)
	case len(o.rest) == 0:
		return sh.WaitAll()
	}
	status := 0
	for _, word := range o.rest {
		var interrupted int
		if status, interrupted = waitOne(sh, word); interrupted != 0 {
			return interrupted
		}
		if variable != "" {
			_ = sh.Set(variable, word)
		}
	}
	return status
}

func waitOne(sh *eval.Shell, word string) (status, interrupted int) {
	if strings.HasPrefix(word, "%") {
		j, err := sh.Jobs.Find(word)
		if err != nil {
			return sh.Fail(127, "wait: %v", err), 0
		}
		return sh.WaitJob(j)
	}
	pid, err := strconv.Atoi(word)
	if err != nil || pid < 0 {
		return sh.Fail(2, "wait: %s: a process number or a job is expected", word), 0
	}
	status, known, interrupted := sh.WaitPid(pid)
	if !known {
		return 127, 0 // POSIX: as if it had ended with 127, and no message
	}
	return status, interrupted
}

func waitNext(sh *eval.Shell, words []string, variable string) int {
	var jobs []*job.Job
	for _, word := range words {
		var j *job.Job
		if pid, err := strconv.Atoi(word); err == nil {
			if j = sh.Jobs.ByPid(pid); j == nil {
				continue
			}
		} else if j, err = sh.Jobs.Find(word); err != nil {
			return sh.Fail(127, "wait: %v", err)
		}
		jobs = append(jobs, j)
	}
	if len(words) > 0 && len(jobs) == 0 {
		return 127
	}
	j, status, _ := sh.WaitNext(jobs)
	if variable != "" && j != nil {
		_ = sh.Set(variable, strconv.Itoa(j.Pid()))
	}
	return status
}
