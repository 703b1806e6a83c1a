// Package sdk makes a program a plugin of lxsh. The whole main of a runtime
// plugin is
//
//	func main() { sdk.Serve(myRuntime{}) }
//
// and the program is called lxsh-runtime-NAME. The package speaks go-plugin's
// handshake and the gRPC contract with lxshd, and serves the instance's session
// socket, through which lxsh starts commands. The runtime itself sees none of it:
// it implements plugins.Runtime and whatever abilities it has.
//
// # The life of a plugin process
//
// lxshd starts one process an instance, with nothing but standard input from
// /dev/null and standard error to the plugin's log file (State folder,
// lxsh-runtime-NAME.log); standard output belongs to the handshake and becomes
// the log after it. PLUGIN_* is removed from the environment before Open is
// called, so that no command inherits it.
//
// When lxshd dies the plugin gets SIGHUP: it goes on until its last session and
// process have ended and then closes the instance and exits. SIGTERM closes at
// once. A lock in the data folder is held from before Open to the end, so that no
// two processes ever run one instance.
package sdk
