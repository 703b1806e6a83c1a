// Command bench measures lxsh beside its peers and prints ratios: of times taken
// in turns in one run, since absolute figures say more about the machine.
//
//	bench [-rounds N] [-distro NAME] [PATTERN]
//
// It uses the programs in ../bin (make), throw-away user folders and the distro
// base. PATTERN picks rows by a part of their name. With -distro, rows that need
// a compiler run in that distro of the user's own store. A peer that is not
// installed is named and left out.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

func main() {
	rounds := flag.Int("rounds", 7, "measurements of each peer; the median counts")
	distro := flag.String("distro", "", "distro with a compiler, for the row gcc")
	flag.Parse()
	if err := run(*rounds, *distro, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int, distro, pattern string) error {
	s, err := newStage(distro)
	if err != nil {
		return err
	}
	defer s.close()
	fmt.Printf("%-34s %-9s %12s   %s\n", "row", "peer", "median", "ratio to the first peer (target)")
	over := 0
	for _, rows := range [][]row{s.shellRows(), s.callRows(), s.workRows()} {
		for _, r := range rows {
			if !strings.Contains(r.name, pattern) {
				continue
			}
			if !r.measure(rounds) {
				over++
			}
		}
	}
	fmt.Printf("\nrows over their target: %d\n", over)
	return nil
}
