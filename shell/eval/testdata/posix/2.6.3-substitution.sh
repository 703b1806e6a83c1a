x=$(printf 'a\n\nb\n\n\n'); printf '<%s>\n' "$x"
echo "$(echo "$(echo "nested $x" | head -n 1)")" `echo \`echo back\``
y=1; z=$(y=2; echo $y); echo $y $z
false; echo "$(echo $?)"
a=$(exit 3); echo $?
a=$(exit 3) b=; echo $?
echo $(exit 4); echo $?
: $(echo visible >&2) 2>/dev/null
echo "$( (exit 5); echo $? )"
d=$(cd /; pwd); [ "$d" = / ] && [ "$(pwd)" != / ] && echo kept
echo "$(cat <<E
doc $y
E
)"
