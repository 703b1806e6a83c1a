package eval_test

import (
	"fmt"
	"testing"
)

// mixed runs $1 rounds of some twenty commands of every kind, and $2 rounds more,
// and prints what the shell has more after those: memory in KiB, descriptors,
// threads; and its children.
const mixed = `
rss() { while read -r k v _; do case $k in VmRSS:) echo "$v";; esac; done </proc/$$/status; }
rounds() {
	i=0 n=$1
	while [ $i -lt $n ]; do
		x=$(echo a; (echo b)); y=${x#a}; set -- $x "$i"; a[i%50]=$i; unset "m[$i]" y
		(cd /; f() { echo $1; }; f c) >/dev/null
		echo b | { read -r z; } ; : <<X >/dev/null 2>&1
$x $((i * 3))
X
		eval 'case $x in a*) : ;; esac'; for k in 1 2 3; do :; done
		trap : USR1; trap - USR1; exec 5</dev/null; exec 5<&-; read -r q <<<"$x"
		if [ $((i % 50)) = 0 ]; then
			/bin/true; /bin/true & wait $!; (exit 3) & wait; /bin/echo | /bin/cat >/dev/null; cat <(echo p) >/dev/null
		fi
		i=$((i+1))
	done
}
count() { ls /proc/$$/$1 | wc -l; }
rounds $1; r=$(rss) f=$(count fd) t=$(count task)
rounds $2; r=$(($(rss) - r)) f=$(($(count fd) - f)) t=$(($(count task) - t))
wait
set --; for task in /proc/$$/task/*/children; do read -r x <"$task"; set -- "$@" $x; done 2>/dev/null
echo $r $f $t $#`

// TestLeaks runs 100,000 commands and looks for memory, descriptors, threads and
// children that stay behind.
func TestLeaks(t *testing.T) {
	rounds := "5000"
	if testing.Short() {
		rounds = "500"
	}
	out, err := run(t, testShell(t), "-c", mixed, "sh", "1000", rounds)
	var memory, descriptors, threads, children int
	if _, scanErr := fmt.Sscan(out, &memory, &descriptors, &threads, &children); err != nil || scanErr != nil {
		t.Fatalf("got %q, %v", out, err)
	}
	// Threads are the runtime's: it keeps those that once waited in the kernel.
	if memory > 16<<10 || descriptors > 4 || threads > 8 || children != 0 {
		t.Errorf("%d KiB, %d descriptors, %d threads more, %d children", memory, descriptors, threads, children)
	}
}
