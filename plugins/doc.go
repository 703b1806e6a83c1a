// Package plugins is the contract between lxsh and the places where a command
// can run.
//
// A place is a [Runtime]: a backend that runs commands on top of a distro (a
// named root file system), such as the translator (namespaces or a user-space
// kernel) or a virtual machine. A running pair of runtime and distro is an
// [Instance]. The shell asks an instance to [Instance.Start] a [Command] and
// gets a [Process].
//
// # The order of calls
//
// Info may be called at any time, also before anything is installed. Open is
// idempotent: opening what is open returns an instance that stands for the same
// one. Start, Wait and Signal may be called from many goroutines at once. Close
// ends an instance: its processes get SIGTERM, after a grace time SIGKILL, and
// every pending Wait returns.
//
// # The rule that keeps a typo from running elsewhere
//
// Start returns [ErrNotFound] only when the instance itself searched Command.Path
// and has no such command. It is the only error after which a shell may try the
// host. Whatever else goes wrong (not executable, bad interpreter, a time-out, a
// broken plugin) is another error, and the search ends there.
//
// # Abilities
//
// What only some instances can do is an interface of its own ([Spawner],
// [FileSystem], [Environ], [LookPath]), found by a type assertion and advertised
// by name in [Info].Abilities.
//
// The package uses the standard library alone, and its types hold no pointer
// into this process other than open files, so that they travel: see the folders
// session (Unix socket, descriptors passed), rpc (gRPC) and sdk (serving).
package plugins
