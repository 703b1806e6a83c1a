a=(x 'y z' w); echo "${a[1]}" ${#a[@]} "${a[@]:1:2}" "${!a[@]}"; a+=(v); a[9]=n; echo "${!a[@]}" "${a[-1]}"
for e in "${a[@]}"; do echo "<$e>"; done; unset 'a[0]'; echo ${#a[@]}
declare -A m; m[k]=1; m["a b"]=2; echo ${m[k]} ${m["a b"]} ${#m[@]}
s=hello; echo ${s^} ${s^^} ${s:1:3} ${s: -2} ${s/l/L} ${s//l/L} ${s/#he/HE} ${s/%lo/LO}
n=s; echo ${!n} "${s@Q}"
[[ abc == a* && ! x < a ]] && echo m; [[ foo123 =~ ([a-z]+)([0-9]+) ]] && echo "${BASH_REMATCH[1]}-${BASH_REMATCH[2]}"
((x=3, x++)); echo $x; for ((i=0;i<3;i++)); do printf $i; done; echo
echo {a,b}{1..3} {01..03} x{,y}
cat <<<"here $s"; cat <(echo p1) <(echo p2)
f() { local v=in; g; }; g() { echo $v; }; v=out; f; echo $v
set -o pipefail; false | true; echo $?; echo "${PIPESTATUS[@]}"
shopt -s extglob
case aab in +(a)b) echo ext;; esac
IFS=, read -r p q <<<"1,2,3"; echo "$p|$q"
echo $'a\tb\x41'; printf -v out '%03d' 7; echo $out
while read -r l; do ((c++)); done < <(printf '1\n2\n'); echo $c
export E=5; declare -i k=2+3; echo $k
select_() { select z in one two; do echo $z; break; done; }; echo 2 | select_ 2>/dev/null
f2() { echo ${FUNCNAME}; }; f2
