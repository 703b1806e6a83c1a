// Lxshd is the per-user daemon that starts plugins and ends what nobody uses.
// lxsh starts it when it needs it:
//
//	lxshd start   starts the daemon in a session of its own and exits
//	lxshd run     is the daemon: prints "ready", or why not, and serves
package main

import (
	"os"

	"github.com/lxsh/lxsh/plugins/host"
)

func main() { os.Exit(host.Main(os.Args[1:], resolve)) }
