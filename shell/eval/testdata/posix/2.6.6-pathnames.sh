d=$(mktemp -d); cd "$d" || exit
mkdir sub .hid; : >a.c; : >b.c; : >.dot; : >sub/x; : >'q*'
echo *; echo *.c; echo .*d*; echo [ab].c [!a].c; echo */x s*/*; echo nomatch*; echo "*.c" \*.c '*'
x='*.c'; echo $x "$x"; y='q\*'; echo q\*
set -f; echo *; set +f
for f in *.c; do echo "[$f]"; done
echo sub/; echo */
cd /; rm -rf "$d"
