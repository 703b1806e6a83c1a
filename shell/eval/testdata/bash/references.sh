# declare -n, in circles too.
declare -n r=x; r=5; echo $r $x $((r + 1)); r+=1; echo $x
declare -n e='y[2]'; e=a; echo $e "${y[2]}" ${!y[@]}
declare -n a=b b=a
echo "[$a]" 2>/dev/null
declare -A m=([one]=1 [two]=2)
for i in {1..50}; do m[k$i]=$i; done
for i in {1..49}; do unset "m[k$i]"; done
unset 'm[one]'; echo ${#m[@]} ${m[k50]} ${m[two]}
q=(a b c d); unset 'q[0]' 'q[1]'; q+=(e); echo ${!q[@]} ${q[@]}; unset 'q[3]'; q[1]=x; echo ${!q[@]} ${q[@]}
