// Package eval is the shell's evaluator: it compiles the syntax trees of
// mvdan.cc/sh/v3/syntax to closures and runs them.
//
// A [Shell] is one shell execution environment (POSIX XCU 2.13). Subshells are
// copies of it inside this process, copy on write: variables, functions,
// options, traps, the descriptor table, the working directory and the mask are
// all virtual. Only what must be a process of its own (an asynchronous list, a
// member of a pipeline under set -m) is started as one, from a serialised copy of
// the state: see [Resume].
//
// A Shell belongs to one goroutine. Control flow (break, return, exit and the
// errors that end a shell) is a field that every closure checks, not a panic.
//
// Builtins live in shell/builtin and see a Shell through its exported methods.
// External commands and files are reached through a [World].
package eval
