HOME=/h
set -- x{0,} {0,} {,a} {,}; echo $# "$@"
echo a{b,}c ~{,root}x {~,b}/c "{a,b}"{,\ z}
echo {1..3} {a..e..2} {e..a} {01..10..3} {10..1..-4} {-2..2} x{a,b{1..2}}y
set -- {1..100000}; echo $#
set +B
echo {a,b} "$(echo {c,d})" ${u-{e,f}}; for i in {1..2}; do echo $i; done
set -B
echo {a,b} "$(echo {c,d})"
