e= s=abc
unset u
p() { printf '<%s>' "$@"; echo; }
p ${u-a b} "${u-a b}" ${u-"a b"} ${e-x} ${e:-x} ${s+y} ${u+y} ${e:+y} ${s:+y}
p ${u=v} $u
x=1; : ${s-$(x=2; echo no >&2)}; p $x
p ${#s} ${#e} "${#}" ${s#a} ${s##*b} ${s%c} ${s%%b*} ${s#x}
f=/usr/lib/a.tar.gz
p ${f##*/} ${f%.*} ${f%%.*} ${f#*/} "${f#"/u"*}"
q='a*b'; p "${q#"a*"}" "${q#a\*}" ${q%'*b'}
p "${u-'x'}" "${u-"y z"}" "${s+"$s $s"}"
set -- 'a b' c ''
p "$@" ; p $@ ; p "$*" ; p x"$@"y ; p "${1+"$@"}"
IFS=:; p "$*"; IFS=; p "$*"; unset IFS; p "$*"
set --; p "$@"; p "" "$@"; p "x$@"; echo $#
(unset z; : ${z?gone}) 2>/dev/null; echo $?
(set -u; echo $nope) 2>/dev/null || echo nounset
