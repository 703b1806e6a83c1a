// Package edit reads command lines from a terminal.
//
// An [Editor] has one method. [New] gives the editor for a terminal: the line
// editor of reeflective/readline where the terminal can move its cursor, and a
// plain one, which leaves editing to the terminal's own line discipline,
// everywhere else.
package edit
