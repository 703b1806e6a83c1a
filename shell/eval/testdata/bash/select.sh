exec 2>&1
PS3='? '
select x in a b c; do echo "[$x]"; done <<<2
select x in $(seq 12); do echo "[$x] [$REPLY]"; break; done <<<11
select x in é bb ccc "a long item with blanks in it" z; do echo "[$x]"; break; done <<<9
COLUMNS=40
select x in $(seq 100 130); do break; done <<<1
