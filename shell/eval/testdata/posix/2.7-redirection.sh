d=$(mktemp -d); cd "$d" || exit
echo one >f; echo two >>f; cat f; cat <f | wc -l | tr -d ' '
exec 3>g; echo three >&3; exec 3>&-; cat g
(echo bad >&3) 2>/dev/null || echo closed
{ echo out; echo err >&2; } >both 2>&1; cat both
cat <<E; cat <<'E'; cat <<-E
v=$((1+1)) \$x "q"
E
$x `no`
E
	tab
	E
echo x 4>&1 >&4
set -C; (echo no >f) 2>/dev/null || echo noclobber; echo yes >|f; cat f; set +C
exec 5<f; read a <&5; exec 5<&-; echo "$a"
echo 12 >h; exec 6<>h; read b <&6; echo 34 >&6; exec 6>&-; cat h
(ls >k 2>/nonexistent/x) 2>/dev/null || echo failed
while read l; do echo "<$l>"; done <<E
a
 b 
E
f() { echo in f; } >fn; f; cat fn
cd /; rm -rf "$d"
