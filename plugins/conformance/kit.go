package conformance

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/lxsh/lxsh/plugins"
)

// Options says how an instance is reached and what may be asked of it.
type Options struct {
	// Open returns the instance under test. It is called again after cases
	// that end it, and once in a process of its own for each terminal case.
	Open func(context.Context) (plugins.Instance, error)
	// Abilities are those that the runtime advertises.
	Abilities []string
	// Shared is an empty folder of the host, writable, executable and seen in
	// the instance at the same path.
	Shared string
	// Eternal says that Close ends nothing, since the instance is the machine
	// that the shell runs on.
	Eternal bool
	// Crash ends the instance as a kill -9 of its plugin does. Nil: there is
	// no plugin to kill.
	Crash func() error
	// Again is the command line that runs one terminal case in a new process:
	// it ends up in Run or Check, which know from the environment that they
	// are to run that case alone, and fails when the case does. Run fills it
	// in for go test.
	Again func(name string) []string
	// Without says of cases that are left out why: what this way to the
	// instance cannot carry.
	Without map[string]string
	// Only, when not empty, is the one case to run.
	Only string
}

// An Outcome is what became of one case.
type Outcome struct {
	Case    string        `json:"case"`
	Ability string        `json:"ability,omitempty"` // the ability needed, if any
	Result  Result        `json:"result"`
	Notes   []string      `json:"notes,omitempty"` // failures, or why it was left out
	Took    time.Duration `json:"nanoseconds"`
}

// Result is the kind of an [Outcome].
type Result string

const (
	Passed  Result = "passed"
	Failed  Result = "failed"
	Missing Result = "missing" // the runtime does not advertise the ability
	Skipped Result = "skipped" // cannot be tried on this machine
)

// A testCase is one row of the table. Run gets an open instance; a case that
// ends it says so.
type testCase struct {
	name    string
	ability string
	run     func(*C)
	ends    bool
}

// table lists the cases in the order in which they are run.
var table = slices.Concat(
	startCases, fileCases, statusCases, groupCases, stateCases, findCases,
	loadCases, filesystemCases, abilityCases, terminalCases, endCases,
)

// Check runs the cases and returns their outcomes. The error says that the
// instance could not be opened or the kit could not set itself up.
func Check(ctx context.Context, o Options) ([]Outcome, error) {
	k, err := newKit(ctx, o)
	if err != nil {
		return nil, err
	}
	defer k.close()
	var all []Outcome
	for _, tc := range table {
		if k.Only != "" && k.Only != tc.name {
			continue
		}
		all = append(all, k.try(ctx, tc))
	}
	return all, nil
}

// Run is [Check] as subtests of t, one a case.
func Run(t *testing.T, o Options) {
	if o.Again == nil {
		o.Again = func(name string) []string { return againTest(t.Name(), name) }
	}
	k, err := newKit(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer k.close()
	for _, tc := range table {
		if k.Only != "" && k.Only != tc.name {
			continue
		}
		t.Run(tc.name, func(t *testing.T) {
			out := k.try(t.Context(), tc)
			for _, note := range out.Notes {
				t.Log(note)
			}
			switch out.Result {
			case Failed:
				t.Fail()
			case Skipped, Missing:
				t.SkipNow()
			}
		})
	}
}

// kit is one run over one instance.
type kit struct {
	Options
	probes probes
	inst   plugins.Instance // nil: to be opened by the next case
	again  bool             // this is the process that another one started for one case
	umask  int              // what this process's was
}

func newKit(ctx context.Context, o Options) (*kit, error) {
	k := &kit{Options: o}
	if only := os.Getenv(onlyVariable); only != "" {
		k.Only, k.again = only, true
	}
	var err error
	if k.probes, err = writeProbes(o.Shared); err != nil {
		return nil, fmt.Errorf("cannot write the kit's programs: %w", err)
	}
	if err := k.ready(ctx); err != nil {
		return nil, err
	}
	// FileSystem.Open takes its mode as it is, and an instance may be nothing
	// but this process.
	k.umask = syscall.Umask(0)
	return k, nil
}

func (k *kit) ready(ctx context.Context) error {
	if k.inst != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, scaled(30*time.Second))
	defer cancel()
	inst, err := k.Open(ctx)
	if err != nil {
		return fmt.Errorf("cannot open the instance: %w", err)
	}
	k.inst = inst
	return nil
}

func (k *kit) close() {
	syscall.Umask(k.umask)
	// The instance may be the very one that the other process goes on with.
	if k.inst != nil && !k.again {
		ctx, cancel := context.WithTimeout(context.Background(), scaled(10*time.Second))
		defer cancel()
		k.inst.Close(ctx)
	}
}

// scaled stretches a time limit by LXSH_TEST_TIME_SCALE.
func scaled(d time.Duration) time.Duration {
	if f, err := strconv.ParseFloat(os.Getenv("LXSH_TEST_TIME_SCALE"), 64); err == nil && f > 0 {
		return time.Duration(f * float64(d))
	}
	return d
}
