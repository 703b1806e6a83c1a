#!/bin/sh
# Shows what lxsh does, in throw-away user folders: each command is printed, run
# and its output compared with what it has to be. Exits 0 only if all agree.
set -u
umask 022

here=$(cd "$(dirname "$0")/.." && pwd) || exit
cd "$here" || exit
PATH=$here/bin:$PATH
export PATH
unset LXSH_RUNTIME LXSH_DISTRO LXSH_PLUGIN_PATH ENV

work=$(mktemp -d /tmp/lxdemo.XXXXXX) || exit
mkdir -m 700 "$work/config" "$work/data" "$work/state" "$work/cache" "$work/run" || exit
XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state
XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work/run
export XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR

clean() {
	lxsh --shutdown >"$work/shutdown" 2>&1 || cat "$work/shutdown" >&2
	lxsh --unregister base --force >/dev/null 2>&1
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

wrong=0
complain() {
	echo "!! $*"
	wrong=$((wrong + 1))
}

say() { printf '\n# %s\n' "$*"; }

# run COMMAND [STATUS] runs a line of sh and keeps its output for expect.
run() {
	printf '$ %s\n' "$1"
	sh -c "$1" >"$work/out" 2>&1 </dev/null
	status=$?
	cat "$work/out"
	[ "$status" = "${2:-0}" ] || complain "exit status $status, expected ${2:-0}"
}

# expect ERE... holds that for each expression a line of the output matches.
expect() {
	for pattern; do
		grep -Eq -- "$pattern" "$work/out" || complain "no line matches: $pattern"
	done
}

say 'The first distro installed becomes the default.'
run 'lxsh --install base'
run 'lxsh --list'
expect 'base'

say 'Commands run in the distro, on a kernel shared with the host.'
run "lxsh -c 'uname -a'"
expect '^Linux '
run "lxsh -c 'cat /etc/os-release'"
expect '^NAME=.*lxsh'

say 'One pipeline through both worlds.'
run "lxsh -c 'ls / | wc -l'"
inside=$(tr -d ' \n' <"$work/out")
run "lxsh -c 'ls / | on host wc -l'"
expect "^ *$inside\$"

say 'What the distro lacks runs on the host.'
run "lxsh -c 'go version'"
expect "^$(go version)\$"

say 'Not so a typo.'
run "lxsh -c 'go-versoin'" 127
expect 'not found'

say 'Where a command would go, and why.'
run "lxsh -c 'explain cd'"
expect 'builtin'
run "lxsh -c 'explain cat'"
expect 'translator:base'
run "lxsh -c 'explain go'"
expect 'host'

say 'A script, with a loop and a pipeline across the instance and the host.'
run 'cat demo/worlds.lxsh'
run 'demo/worlds.lxsh'
expect '^lxsh base: 1 2 3 .host: sorted.$' '^sum 6$'

say 'What runs, and its end.'
run 'lxsh --status'
expect 'translator:base'
run 'lxsh --shutdown'

echo
if [ "$wrong" -gt 0 ]; then
	echo "demo: $wrong checks failed"
	exit 1
fi
echo 'demo: every step gave what was expected'
