trap 'echo exit' EXIT
trap 'echo usr1' USR1
kill -s USR1 $$; echo after
(trap; echo sub) >/dev/null; (kill -s USR1 $$); :
trap '' USR2; kill -s USR2 $$; echo ignored
sh -c 'kill -s USR2 $$; echo inherited'
trap - USR1 USR2
(trap 'echo subexit' EXIT; echo in)
"$SH" -c 'trap "echo bye; exit 3" EXIT; exit 1'; echo $?
"$SH" -c 'kill -s TERM $$; echo no'; echo $?
"$SH" -c 'trap "echo got" TERM; sleep 1 & kill -s TERM $$; wait; echo done'
set -- a b; shift; echo $1
