# The names /dev/fd/N and /dev/std* mean the shell's own descriptors.
. <(echo "echo sourced")
echo 'echo from stdin' | . /dev/stdin
[ -e <(echo) ] && [ -r <(echo) ] && echo exists
[ -p /dev/stdin ] </dev/null || echo no pipe
echo | [ -p /dev/stdin ] && echo pipe
[ -c /dev/stdin ] </dev/null && [ -L /dev/stdin ] && echo character device
exec 9</etc/passwd
[ -f /dev/fd/9 ] && [ /dev/fd/9 -ef /etc/passwd ] && echo file
exec 9<&-
[ -e /dev/fd/9 ] || echo closed
x=$([ -p /dev/stdout ] && echo captured); echo $x
echo "$(</dev/stdin)" <<<text
