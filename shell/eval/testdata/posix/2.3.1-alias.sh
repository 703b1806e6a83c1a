alias say='echo said' blank='echo ' next='two three'
say hello
blank next next
'say' x 2>/dev/null || echo quoted
alias each='for v ' where='in a b;' go=' do echo'
each where go $v; done
alias pick='case x ' from=' in x) echo'
pick from picked;; esac
alias one='echo 1'; eval one; one 2>/dev/null || echo 'not on the same line'
one
# What is in a substitution is parsed when it runs, line by line.
alias late='echo early'
f() { echo $(late); }
alias late='echo late'
f
unalias late
f 2>/dev/null
echo $(alias inner='echo defined inside'
inner)
x=`alias inner='echo back'
inner`; echo $x
export() { echo never; }
export EXPORTED=1; echo $EXPORTED
