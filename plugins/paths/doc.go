// Package paths names every file and folder that lxsh keeps for a user.
//
//	Config   $XDG_CONFIG_HOME/lxsh (~/.config/lxsh)       config.toml
//	Data     $XDG_DATA_HOME/lxsh (~/.local/share/lxsh)    distros, plugins, locks, audit log
//	Cache    $XDG_CACHE_HOME/lxsh (~/.cache/lxsh)         what can be made again
//	State    $XDG_STATE_HOME/lxsh (~/.local/state/lxsh)   logs, history
//	Runtime  $XDG_RUNTIME_DIR/lxsh/STORE, otherwise
//	         /tmp/lxsh-UID/STORE                          sockets, state of running instances
//
// STORE stands for the data folder, so that two stores of one user have two
// daemons. XDG_RUNTIME_DIR differs or is missing under cron and sudo, so the
// daemon writes down its runtime folder in the data folder ([ClaimRuntime]) and
// everybody else reads it there ([Runtime]).
//
// Nothing is created except by [Make] and [ClaimRuntime].
package paths
