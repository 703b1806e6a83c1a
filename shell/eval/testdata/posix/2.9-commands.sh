true && echo a || echo b; false && echo a || echo b; ! false; echo $?
echo p | cat | tr p q; false | true; echo $?
x=0; echo y | read z; (x=1); echo $x
for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
while :; do while :; do break 2; done; echo no; done; echo out
until [ ${n:=0} -ge 2 ]; do n=$((n+1)); done; echo $n
case abc in a) echo 1;; a*|b) echo 2;; *) echo 3;; esac
case '*' in '*') echo star;; esac; case x in [!a-m]) echo neg;; esac
f() { echo "f:$# $1"; return 5; }; f x y; echo $?
g() { set -- q; echo $1; }; set -- p; g; echo $1
{ echo brace; } ; (echo sub; exit 3); echo $?
if false; then echo 1; elif true; then echo 2; else echo 3; fi
h() { i=$1; [ $i -gt 0 ] && { echo $i; h $((i-1)); }; }; h 3
sleep 0 & wait $!; echo $?
(exit 9) & wait $!; echo $?
eval 'echo e1; echo e2'; eval; echo $?
v=1 sh -c 'echo $v'; echo ${v-unset}
