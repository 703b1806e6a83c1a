# FUNCNAME, BASH_SOURCE, BASH_LINENO and caller.
[[ ${BASH_SOURCE[0]} == "$0" ]] && echo main ${#BASH_SOURCE[@]} "[${FUNCNAME[0]}]"
f() {
	echo "${FUNCNAME[@]}" ${#FUNCNAME[@]} "${BASH_LINENO[@]}" $FUNCNAME
	g
}
g() {
	echo "${FUNCNAME[@]}" "${BASH_LINENO[@]}"
	caller 0 | cut -d' ' -f1,2; caller 1 | cut -d' ' -f1,2; caller 2 || echo none
	(echo "${FUNCNAME[1]}"; echo $(echo "${FUNCNAME[@]}"))
	[[ ${BASH_SOURCE[1]} == "$0" ]] && echo same
	{ echo "${FUNCNAME[1]} ${BASH_SOURCE[0]##*/}"; } & wait
}
f
lib=$(mktemp)
cat > "$lib" <<'E'
[[ ${BASH_SOURCE[0]} != "$0" ]] && echo sourced "${FUNCNAME[@]}" "${BASH_LINENO[@]}" ${#BASH_SOURCE[@]}
h() { [[ ${BASH_SOURCE[0]} == "$lib" && ${BASH_SOURCE[1]} == "$0" ]] && echo h "${FUNCNAME[@]}"; nosuchcommand; }
return 3
E
source "$lib"; echo $?
h 2>&1 | sed "s,$lib,LIB,;s/ command//"
rm "$lib"
source ./nosuchfile 2>/dev/null || echo goes on
trap 'echo ERR' ERR
e() { false; echo in e; false; }
e
set -E
e
trap - ERR
false
