package builtin_test

import "testing"

func TestControl(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done`, "1\n3\n", ""},
		{`for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j`, "1a\n", ""},
		{`for i in 1 2; do for j in a b; do continue 9; done; echo no; done; echo $i$j`, "2a\n", ""},
		{`f() { return 3; echo no; }; f; echo $?`, "3\n", ""},
		{`f() { false; return; }; f; echo $?`, "1\n", ""},
		{`(exit 7); echo $?`, "7\n", ""},
		{`trap 'echo $?' EXIT; exit 5`, "5\n", ""},
		{`trap '(exit 1); exit' EXIT; (exit 2); exit`, "", ""},
		{`set -- a b c; shift; echo "$*"; shift 2; echo "$#"`, "b c\n0\n", ""},
		{`shift 3; echo no`, "", "bash"},
		{`set -- x; shift 0; echo $1`, "x\n", ""},
		{`eval 'echo a' 'b'; eval; echo $?`, "a b\n0\n", ""},
		{`echo 'x=$1; return 4' >f; . ./f; echo $? $x`, "4 one\n", ""},
		{`. ./none; echo no`, "", ""},
		{`command . ./none; echo yes`, "yes\n", "dash"},
		{`echo 'echo in' >file; PATH=.:$PATH; . file`, "in\n", ""},
		{`: x y; echo $?; true x; echo $?; false; echo $?`, "0\n0\n1\n", ""},
		{`exec 3>out; echo hi >&3; exec 3>&-; cat out; echo x >&3; echo $?`, "hi\n1\n", "dash"},
		{`exec echo replaced; echo no`, "replaced\n", ""},
		{`exec ./none; echo no`, "", ""},
	}, strict...)
}

func TestVariables(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`export A=1 B; B=2; sh -c 'echo $A$B'`, "12\n", ""},
		{`A="x y'z"; export A; export -p | grep ' A='`, "export A='x y'\\''z'\n", "dash bash"},
		{`readonly r=1; readonly -p | grep ' r='`, "readonly r='1'\n", "bash"},
		{`readonly r=1; r=2; echo no`, "", ""},
		{`readonly r=1; unset r; echo no`, "", "bash"},
		{`readonly r=1; (command readonly r=2; echo $?) 2>/dev/null`, "1\n", "dash"},
		{`x=1; unset x; echo ${x-unset}; unset none; echo $?`, "unset\n0\n", ""},
		{`f() { echo f; }; f=1; unset -f f; f; echo $? $f`, "127 1\n", ""},
		{`set -- -a b; echo $1 $2; set x; echo $1 $#; set --; echo $#`, "-a b\nx 1\n0\n", ""},
		{`set -fu; case $- in *f*) echo yes;; esac; set +f; case $- in *f*) echo no;; esac`, "yes\n", ""},
		{`set -o noglob; echo *; set +o noglob; o=$(set +o); set -f; eval "$o"; >a; echo *`, "*\na\n", ""},
		{`x='a b'; set | grep ^x=`, "x='a b'\n", ""},
		{`f() { local x=2; echo $x; }; x=1; f; echo $x`, "2\n1\n", ""},
		{`umask 022; umask; umask -S; umask g+w,o=; umask; umask u=rwx,go-w; umask -S`,
			"0022\nu=rwx,g=rx,o=rx\n0007\nu=rwx,g=rx,o=\n", ""},
		{`umask 077; >f; ls -l f | cut -c1-10; (umask 0); umask`, "-rw-------\n0077\n", ""},
		{`ulimit -n 50; ulimit -n; (ulimit -n 40; ulimit -n); ulimit -n`, "50\n40\n50\n", ""},
		{`ulimit -Sn 60; ulimit -Sn; ulimit -f unlimited; ulimit -f; ulimit`, "60\nunlimited\nunlimited\n", ""},
		{`alias a='echo x'; alias a; unalias a; alias a; echo $?`, "a='echo x'\n1\n", ""},
		{`alias a=1 b=2; unalias -a; alias; unalias a; echo $?`, "1\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`declare -i n=2+3; n+=4; echo $n; declare -p n`, "9\ndeclare -i n=\"9\"\n", ""},
		{`declare -a a=(x "y z"); declare -p a; a+=(w); echo ${#a[@]}`, "declare -a a=([0]=\"x\" [1]=\"y z\")\n3\n", ""},
		{`declare -A m=([k]=v); m[l]=w; echo ${m[k]}${m[l]}`, "vw\n", ""},
		{`f() { declare -g x=1; declare y=2; }; f; echo ${x-}${y-}`, "1\n", ""},
		{`declare -u s=abc; declare -l t=ABC; echo $s$t`, "ABCabc\n", ""},
		{`x=1; declare -n r=x; r=5; echo $x`, "5\n", ""},
		{`f() { local -; set -f; }; f; case $- in *f*) echo no;; *) echo yes;; esac`, "yes\n", ""},
		{`f() { :; }; declare -F f; declare -F g; echo $?`, "f\n1\n", ""},
		{`export A=1; export -n A; sh -c 'echo ${A-unset}'`, "unset\n", ""},
		{`shopt -s nullglob; echo x*; shopt -q nullglob; echo $?; shopt -u nullglob; shopt -q nullglob; echo $?`, "\n0\n1\n", ""},
		{`let x=2 y=x*3; echo $x $y; let 0; echo $?`, "2 6\n1\n", ""},
		{`printf 'a\nb c\n' >f; mapfile -t l <f; echo ${#l[@]} "${l[1]}"; readarray -n 1 l <f; printf %s "${l[@]}"`, "2 b c\na\n", ""},
	}, loose...)
}

func TestDirectories(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`mkdir a; cd a; cd ..; cd - >/dev/null; echo ${PWD##*/}; [ "$OLDPWD" = "${PWD%/a}" ] && echo old`, "a\nold\n", ""},
		{`mkdir -p d/e; ln -s d/e l; cd l; echo ${PWD##*/}; cd ..; [ -d l ] && echo logical`, "l\nlogical\n", ""},
		{`mkdir -p d/e; ln -s d/e l; cd -P l; echo ${PWD##*/}; cd -P ..; [ -d e ] && echo physical`, "e\nphysical\n", ""},
		{`mkdir -p d/e; ln -s d/e l; cd l; p=$(pwd -P); echo ${p##*/}`, "e\n", ""},
		{`cd none 2>/dev/null; echo $?; >f; cd f 2>/dev/null; echo $?`, "1\n1\n", "dash"},
		{`mkdir -p p/sub; CDPATH=$PWD/p; r=$(cd sub); echo ${r##*/p/}`, "sub\n", ""},
		{`cd; [ "$PWD" = "$HOME" ] && echo home`, "home\n", ""},
		{`unset HOME; cd 2>/dev/null || echo none`, "none\n", "dash"},
		{`mkdir a; (cd a; pwd >/dev/null); [ -d a ] && echo back`, "back\n", ""},
		{`cd ./.././/"${PWD##*/}"; case $PWD in *.*) echo no;; *) echo clean;; esac`, "clean\n", ""},
		{`cd / ; pwd; cd ..; pwd; cd //; pwd`, "/\n/\n//\n", "dash"},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`mkdir a b; pushd a >/dev/null; pushd ../b >/dev/null; echo ${PWD##*/}; popd >/dev/null; echo ${PWD##*/}; dirs -p | wc -l`,
			"b\na\n2\n", ""},
		{`popd 2>/dev/null; echo $?; cd /; pushd /usr; pushd; dirs -c; dirs`, "1\n/usr /\n/ /usr\n/\n", ""},
	}, loose...)
}

func TestOutput(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`echo a  b; echo -n x; echo; echo`, "a b\nx\n\n", ""},
		{`echo 'a\tb\0101\c' no; echo x`, "a\tbAx\n", "bash"},
		{`printf '%s-%s\n' a b c`, "a-b\nc-\n", ""},
		{`printf '%d %i %o %x %X %u\n' 10 -3 8 255 255 7`, "10 -3 10 ff FF 7\n", ""},
		{`printf '%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d\n' 42 42 42 42 42 7 7`, "   42|42   |00042|+42| 42|007|  007\n", ""},
		{`printf '%#o %#x %#X\n' 8 255 255`, "010 0xff 0XFF\n", ""},
		{`printf '%s|%5s|%-5s|%.2s|%*s|%-*s|\n' a b c def 3 g 3 h`, "a|    b|c    |de|  g|h  |\n", ""},
		{`printf '%c%c\n' abc def`, "ad\n", ""},
		{`printf '%d %d %d\n' 0x1f 010 "'A"`, "31 8 65\n", ""},
		{`printf '%b|%b\n' 'a\tb' '\0101\102'`, "a\tb|AB\n", ""},
		{`printf '%b' 'x\cy' z; echo`, "x\n", ""},
		{`printf 'a\tb\n\101\\\n'`, "a\tb\nA\\\n", ""},
		{`printf '%%|%d|%s|\n'`, "%|0||\n", ""},
		{`printf '%d\n' abc 2>/dev/null; echo $?; printf '%d\n' 12x 2>/dev/null; echo $?`, "0\n1\n12\n1\n", ""},
		{`printf '%d\n' 99999999999999999999 2>/dev/null; echo $?`, "9223372036854775807\n1\n", "bash"},
		{`printf '%f %.2f %e %g %G %.3g\n' 1.5 2.345 12345.678 0.0001 1e10 123456`, "1.500000 2.35 1.234568e+04 0.0001 1E+10 1.23e+05\n", "dash bash"},
		{`printf '%.1f|%8.2f|%-8.2f|%+.0f\n' 0.25 3.14159 3.14159 2.5`, "0.2|    3.14|3.14    |+2\n", ""},
		{`printf nothing extra; echo`, "nothing\n", ""},
		{`printf '%z' 2>/dev/null; echo $?`, "1\n", "dash"},
		{`printf 'x%sy' '' | od -c | head -1 | tr -s ' '`, "0000000 x y\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`echo -e 'a\tb\x41'; echo -E 'a\t'; echo 'a\t'; echo -ne 'x\n'`, "a\tbA\na\\t\na\\t\nx\n", ""},
		{`printf -v x '%03d' 7; echo $x; printf -v a[2] z; echo ${a[2]}`, "007\nz\n", ""},
		{`printf '%q %q %q\n' 'a b' '' "it's"`, `a\ b '' it\'s` + "\n", ""},
		{`printf '%q\n' $'a\nb'`, `$'a\nb'` + "\n", ""},
		{`printf '%(%Y-%m-%d %H:%M:%S)T\n' 0`, "1970-01-01 00:00:00\n", ""},
		{`printf '\u00e9\x41\e\n' | od -An -tx1`, " c3 a9 41 1b 0a\n", ""},
	}, loose...)
}
