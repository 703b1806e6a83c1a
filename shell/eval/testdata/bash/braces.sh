HOME=/h
set -- x{0,} {0,} {,a} {,}; echo $# "$@"
echo a{b,}c ~{,root}x {~,b}/c "{a,b}"{,\ z}
