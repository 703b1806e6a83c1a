// Package shell is the program lxsh: its command line, its start-up files and its
// modes. The language is in eval, where commands run in route, the prompt in
// edit.
//
// The package knows nothing of distros and starts no daemon: what the management
// options do, and how an instance is opened, is handed in by cmd. There are two
// programs of it: lxsh, for all that a script needs, starts as lightly as can be,
// and goes on as lxsh-full for the line editor and the management options.
package shell
