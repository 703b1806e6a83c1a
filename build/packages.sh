#!/bin/sh
# Sees to the Debian packages that the tests use: installs what is missing as
# root or through sudo, otherwise names it and fails.
set -eu

want='bash busybox-static bubblewrap dash git htop less procps strace tmux
uidmap util-linux vim-tiny xz-utils zstd'

missing=
for package in $want; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=none
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as_root=
elif sudo -n true 2>/dev/null; then
	as_root='sudo -n'
else
	echo "the tests need packages that only root can install: apt-get install$missing" >&2
	exit 1
fi
$as_root apt-get update -q
# shellcheck disable=SC2086 # lists of words on purpose
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
