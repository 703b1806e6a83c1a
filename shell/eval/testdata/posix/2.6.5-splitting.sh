p() { echo $#; printf '<%s>' "$@"; echo; }
v='  a  b	c
d '; p $v; p "$v"; p x$v; p $v$v
IFS=:; v='a::b:'; p $v; v=':a'; p $v; v=::; p $v
IFS=' :'; v=' a : b :: c '; p $v
IFS=; v='a b'; p $v
unset IFS; p $v
IFS=x; v=axbxxc; p $v "$v" ${v}d
IFS=' '; e=; p $e; p "$e"; p $e"" ; p ''$e
set -- 'a b' c; p $*; p $@
