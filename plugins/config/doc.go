// Package config reads the user's config.toml, in [paths.Config]:
//
//	runtime = "translator"             # of a new session; "local" keeps it here
//	engine  = "namespace"              # empty: the runtime chooses
//	share   = ["~", "/srv/work"]       # folders that instances see at the same path
//	env     = ["SSH_AUTH_SOCK"]        # variables that a new instance takes from the session
//
//	[idle]                             # Go durations
//	instance = "60s"                   # an instance with no session and no process but agents (gpg-agent, …) ends
//	daemon   = "60s"                   # lxshd with no instance ends
//
//	[interop]
//	transport = "auto"                 # auto, unix or vsock
//	env = ["GIT_AUTHOR_*"]             # patterns: what an instance's LXENV may set for host programs.
//	                                   # PATH, LD_*, BASH_ENV, GIT_* or EDITOR make any program of an allowed one
//	[[interop.rule]]                   # the first that matches counts
//	action   = "allow"                 # allow, deny or ask
//	program  = "/usr/bin/xclip"        # pattern; empty: any
//	args     = ["-o", "*"]             # patterns; absent: any
//	origin   = "instance"              # typed or instance; empty: both
//	instance = "translator:*"          # pattern; empty: any
//	[interop.commands]                 # names that stand for a host command
//	open = "/usr/bin/xdg-open"
//
// Every key is optional. A key that is not listed here is an error: a policy
// with a misspelt word must not pass for one.
package config
