// Package e2e holds the tests of the whole: the programs as they are built, with
// throw-away user folders and the distro base. Run as root, everything is run
// once more as an ordinary user without an entry in /etc/passwd or /etc/subuid.
//
// The scripts in testdata/script are those of testscript
// (github.com/rogpeppe/go-internal) with one more command:
//
//	status N PROGRAM ARG...   runs a program and holds its exit status
package e2e
