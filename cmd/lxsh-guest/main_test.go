package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

// The test binary is also the programs of its tests, by the name it is called by.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "lxsh-guest":
		os.Exit(run(os.Args))
	case "probe":
		os.Exit(probe(os.Args))
	}
	// Whoever started the tests may have left descriptors open.
	unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC)
	goleak.VerifyTestMain(m)
}
