set -m
sleep 0.3 & pid=$!
kill -s TSTP $pid
bg >/dev/null
wait $pid; echo "continued before it was seen to stop: $?"
trap 'echo trapped' USR1
sh -c 'kill -s USR1 $PPID'
echo after the job
sh -c 'kill -s USR1 $PPID' | cat
echo after the pipeline
sh -c 'kill -s USR1 $PPID' & wait $!
echo after the wait
(sh -c 'exit 3'); echo $?
(exit 4) | (exit 5); echo $?
(kill -s STOP $(exec sh -c 'echo $PPID')) & pid=$!
while case $(jobs) in (*topped*) false;; esac; do sleep 0.05; done
fg >/dev/null; echo continued $?
