package builtin_test

import "testing"

func TestRead(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`printf 'a b  c d\n' | { read x y; echo "$x|$y"; }`, "a|b  c d\n", ""},
		{`printf ' a  \n' | { read x; echo "$x|"; }`, "a|\n", ""},
		{`printf 'a\\ b c\n' | { read x y; echo "$x|$y"; }`, "a b|c\n", ""},
		{`printf 'a\\ b c\n' | { read -r x y; echo "$x|$y"; }`, "a\\|b c\n", "dash"},
		{`printf 'a\\\nb\n' | { read x; echo "$x"; }`, "ab\n", ""},
		{`printf 'a:b::d\n' | { IFS=: read w x y z; echo "$w|$x|$y|$z"; }`, "a|b||d\n", ""},
		{`printf 'a:b:\n' | { IFS=: read x y; echo "$x|$y"; }`, "a|b\n", ""},
		{`printf 'a:b::\n' | { IFS=: read x y; echo "$x|$y"; }`, "a|b::\n", ""},
		{`printf 'a : b : c\n' | { IFS=' :' read x y; echo "$x|$y"; }`, "a|b : c\n", ""},
		{`printf ':a\n' | { IFS=: read x y; echo "$x|$y"; }`, "|a\n", ""},
		{`printf ' a \n' | { IFS= read x; echo "[$x]"; }`, "[ a ]\n", ""},
		{`printf 'no newline' | { read x; echo "$? $x"; }`, "1 no newline\n", ""},
		{`: | { read x; echo "$? [$x]"; }`, "1 []\n", ""},
		{`printf 'a\nb\nc\n' >f; { read x; read y; cat; } <f; echo $x$y`, "c\nab\n", ""},
		{`printf 'a\nb\nc\n' | { read x; cat; }`, "b\nc\n", ""},
		{`while read x; do echo "<$x>"; done <<E
1
2
E`, "<1>\n<2>\n", ""},
		{`read x <&- 2>/dev/null || echo closed`, "closed\n", ""},
		{`readonly r=1; echo a | { command read r; echo no; } 2>/dev/null; echo b`, "no\nb\n", "dash bash"},
		{`printf 'x y\n' | { read a b c; echo "$a$b[$c]"; }`, "xy[]\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`printf 'abcdef' | { read -n 3 x; read -N 2 y; echo "$x $y"; cat; echo; }`, "abc de\nf\n", ""},
		{`printf 'a\nb' | { read -N 3 x; printf '%s' "$x" | od -An -c | tr -s ' '; }`, " a \\n b\n", ""},
		{`printf 'a;b;' | { read -d ';' x; read -d ';' y; echo $x$y; }`, "ab\n", ""},
		{`printf 'a\0b\0' | { while IFS= read -r -d '' x; do echo "<$x>"; done; }`, "<a>\n<b>\n", ""},
		{`read -a l <<<'x y z'; echo ${#l[@]} ${l[2]}`, "3 z\n", ""},
		{`echo '  a b ' | { read; echo "[$REPLY]"; }`, "[  a b ]\n", ""},
		{`exec 4<<<four; read -u 4 x; echo $x`, "four\n", ""},
		{`{ sleep 5 & } | { read -t 0.05 x; [ $? -gt 128 ] && echo late; }; kill $! 2>/dev/null; :`, "late\n", "bash"},
		{`echo a | { read -t 5 x; echo $x; }; read -t 0 x </dev/null; echo $?`, "a\n0\n", ""},
		{`printf 'éa' | { read -n 1 x; echo $x; }`, "é\n", ""},
	}, loose...)
}

func TestGetopts(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`set -- -a -b x -cd y; while getopts ab:cd o; do echo "$o ${OPTARG-}"; done; shift $((OPTIND-1)); echo "$*"`,
			"a \nb x\nc \nd \ny\n", ""},
		{`set -- -bx -- -a; while getopts ab: o; do echo $o $OPTARG; done; echo $OPTIND $o`, "b x\n3 ?\n", ""},
		{`set -- -z -b; while getopts :ab: o; do echo $o $OPTARG; done`, "? z\n: b\n", ""},
		{`set -- -z; while getopts a o 2>/dev/null; do echo $o ${OPTARG-unset}; done`, "? unset\n", ""},
		{`while getopts a o -a -a; do echo $o; done; OPTIND=1; getopts a o -a; echo $o $OPTIND`, "a\na\na 2\n", ""},
		{`set -- a -b; getopts b o; echo $? $OPTIND`, "1 1\n", ""},
		{`set -- -; getopts b o; echo $? $OPTIND`, "1 1\n", ""},
	}, strict...)
}

func TestTest(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`t() { test "$@" 2>/dev/null; printf $?; }
t; t ''; t x; t !; t -n; t -n ''; t -n x; t -z ''; t ! ''; t ! x; t = ; t -z; echo`, "110001000100\n", ""},
		{`t() { test "$@" 2>/dev/null; printf $?; }
t a = a; t a = b; t a != b; t ! = !; t '(' = '('; t ! '' = ''; t -n = -n; t '(' a ')'; t ! ! x; t '(' ! ')'; echo`,
			"0100010000\n", "dash"},
		{`t() { test "$@" 2>/dev/null; printf $?; }
t 1 -eq 1; t 1 -eq 01; t -1 -lt 1; t 2 -gt 10; t 5 -ge 5; t 4 -le 3; t 1 -ne 1; t ' 7 ' -eq 7; t x -eq 1; t 1 -eq ''; echo`,
			"0001011022\n", ""},
		{`>e; echo x >f; mkdir d; ln -s f l; ln -s none b; mkfifo p; chmod 4755 f
t() { test "$@"; printf $?; }
t -e e; t -f f; t -d d; t -h l; t -L b; t -e b; t -p p; t -s e; t -s f; t -x f; t -u f; t -g f; t -r f; t -w f; t -b f; t -c /dev/null; t -S f; t -f ''; echo`,
			"000001010001001011\n", ""},
		{`touch -d '2001-01-01' a; touch -d '2002-01-01' b; ln b c; t() { test "$@"; printf $?; }
t b -nt a; t a -nt b; t a -ot b; t b -ef c; t a -ef b; t b -nt none; t none -ot a; echo`, "0100100\n", "dash"},
		{`[ a = a ]; echo $?; [ a = a 2>/dev/null; echo $?`, "0\n2\n", ""},
		{`test a -a b; echo $?; test a -a ''; echo $?; test '' -o b; echo $?; test ! a -o b; echo $?`, "0\n1\n0\n1\n", ""},
		{`test -t 0 </dev/null; echo $?`, "1\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`[ a == a ]; echo $?; [ a '<' b ]; echo $?; x=1; [ -v x ]; echo $?; [ -v y ]; echo $?; set -f; [ -o noglob ]; echo $?`,
			"0\n0\n0\n1\n0\n", ""},
	}, loose...)
}

func TestTrapsAndJobs(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`trap 'echo a' USR1; kill -USR1 $$; echo b`, "a\nb\n", ""},
		{`trap "echo 'x y'" INT; trap`, "trap -- 'echo '\\''x y'\\''' INT\n", "dash"},
		{`trap '' TERM; kill $$; echo alive; trap - TERM; trap`, "alive\n", ""},
		{`trap 'echo a' 10; trap 10; trap; trap 'echo x' NONE 2>/dev/null || echo bad`, "bad\n", ""},
		{`trap 'echo bye' 0; trap 'echo b2' EXIT`, "b2\n", ""},
		{`kill -l 9; kill -l 137; kill -l TERM 2>/dev/null`, "KILL\nKILL\n15\n", "dash"},
		{`sleep 50 & kill $!; wait $!; echo $?`, "143\n", ""},
		{`sleep 50 & kill -s KILL %1; wait $!; echo $?`, "137\n", "dash"},
		{`kill -0 $$; echo $?; kill -s NONE $$ 2>/dev/null || echo bad; kill 2>/dev/null || echo none`, "0\nbad\nnone\n", ""},
		{`(exit 3) & wait $!; echo $?; wait 99999; echo $?; wait; echo $?`, "3\n127\n0\n", ""},
		{`sleep 0.1 & sleep 0.2 & wait; jobs; echo $?`, "0\n", "dash"},
		{`times | wc -l`, "2\n", ""},
		{`fg 2>/dev/null || echo off`, "off\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`sleep 9 & p=$!; (exit 4) & wait -n; echo $?; kill $p`, "4\n", ""},
		{`sleep 9 & p=$!; disown; jobs; kill $p`, "", ""},
	}, loose...)
}

func TestLookup(t *testing.T) {
	run(t, "sh", []scriptCase{
		{`command -v cd; command -v if; command -v :; f() { :; }; command -v f`, "cd\nif\n:\nf\n", ""},
		{`alias a='b c'; command -v a`, "alias a='b c'\n", ""},
		{`command -v ls >/dev/null; echo $?; command -v none >/dev/null; [ $? -gt 0 ] && echo none`, "0\nnone\n", ""},
		{`cat() { echo f; }; command cat </dev/null; echo x | command -p cat`, "x\n", ""},
		{`type cd >/dev/null; echo $?; type none >/dev/null 2>&1 || echo none`, "0\nnone\n", ""},
		{`hash ls; hash -r; hash none 2>/dev/null || echo none`, "none\n", ""},
		{`command; echo $?; command exec 9>/dev/null; echo $?`, "0\n0\n", ""},
	}, strict...)
	run(t, "lxsh", []scriptCase{
		{`type -t cd if ls; f() { :; }; type -t f; alias a=b; type -t none; echo $?`, "builtin\nkeyword\nfile\nfunction\n1\n", ""},
		{`type -P ls; type -p cd; echo $?`, "/usr/bin/ls\n0\n", ""},
		{`cd() { builtin cd /; }; cd; pwd; builtin none 2>/dev/null; echo $?`, "/\n1\n", ""},
		{`enable cd; echo $?; enable none 2>/dev/null; echo $?`, "0\n1\n", ""},
	}, loose...)
}
