#!/bin/sh
# Builds the distro "base" into the archive $1 from bin/lxsh, which make builds first.
set -eu
case $1 in
/*) out=$1 ;;
*) out=$PWD/$1 ;;
esac
cd "$(dirname "$0")/../../.."
exec "${GO:-go}" run -buildvcs=false ./runtimes/distro/base -shell bin/lxsh -license LICENSE -o "$out"
