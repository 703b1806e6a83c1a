// Package conformance holds every runtime to the contract of package plugins.
//
// The kit is a table of cases. Each has a name, says which ability it needs (the
// names of plugins.Info.Abilities; none: every instance must pass it) and is run
// against an opened instance: from a test by [Run], from a program by [Check].
// A case needs nothing inside the instance but /bin/sh, /proc and one folder of
// the host that is seen there at the same path ([Options].Shared), into which
// the kit writes its own programs (see probe.go).
//
// Each case has a time limit, scaled by LXSH_TEST_TIME_SCALE: an instance that
// hangs fails a case and not the run.
package conformance
