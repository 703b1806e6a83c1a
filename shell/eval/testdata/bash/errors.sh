# Errors of special builtins do not end a script that is not held to POSIX.
readonly r=1
{
	. /nonexistent || echo dot $?
	shift 5; echo shift $?
	export r=2; echo export $?
	unset r; echo unset $?
	eval '('; echo eval $?
	set -o nosuch; echo set $?
	: </nonexistent; echo redirection $?
	exec 3</nonexistent; echo exec $?
	return 3; echo return $(($? != 0))
	(exec nosuch; echo not here); echo exec $?
	(exit abc; echo not here); echo exit $?
	(r=2; echo not here); echo assignment $?
} 2>/dev/null
