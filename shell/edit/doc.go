// Package edit is what reading command lines from a terminal needs, whoever does
// it: an [Editor] has one method, a [History] is a file. The line editor is in
// package line; where it is missing, or the terminal cannot move its cursor,
// editing is left to the terminal's own line discipline.
package edit
