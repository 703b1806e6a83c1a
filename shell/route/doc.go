// Package route decides where an external command runs, and can say why.
//
// A [World] is a place where commands run: right here (local), an instance, or
// the host. The session's own World starts a command in its instance and, only
// when the instance says with authority that it has no such command, asks the
// host: the interop server decides and logs, and this process starts the program
// as its own child. The builtins on, runtime and explain are here.
//
// An instance is opened by the first command or file that needs it, so that a
// script of builtins starts nothing.
package route
