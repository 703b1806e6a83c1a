# What leads back to itself is an error, not a crash.
( declare -n r='x[r]'; echo $r ) >/dev/null 2>&1; echo done
( f() { f; }; f ) 2>/dev/null; [ $? -ne 0 ] && echo done
( x='a[x]'; : $((x)) ) 2>/dev/null; [ $? -ne 0 ] && echo done
