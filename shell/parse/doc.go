// Package parse turns shell source text into statements, one complete command at
// a time.
//
// It is a recursive-descent parser of its own that builds the tree types of
// mvdan.cc/sh/v3/syntax, so that syntax.Printer and syntax.Walk work on what it
// returns. That module's parser cannot be used: it reads ahead of the command
// that it returns, has no place for aliases, which change the text that follows
// (POSIX XCU 2.3.1), and rejects what a shell must accept (arithmetic that is
// only valid after expansion, bytes that are not UTF-8, operators split by a
// backslash and a newline, here-document delimiters with a dollar sign).
//
// # Reading
//
// A [Parser] asks its [Source] for one line when it needs one and never for a
// line beyond the command that it returns. Where the source is a descriptor that
// the commands share, nothing beyond that line is taken from it.
//
// # The tree
//
// What an evaluator must know beyond the documentation of package syntax:
//
//   - Arithmetic is not parsed. [syntax.ArithmExp].X, [syntax.ArithmCmd].X, the
//     three parts of [syntax.CStyleLoop], [syntax.Slice] and every Index
//     (subscripts) are a *[syntax.Word] whose parts are the text as written, with
//     its expansions: expand it like a double-quoted string, then parse the
//     result. Words that are a single Lit can be parsed once. An omitted part of
//     a loop or a slice is nil. In a subscript, quotes are parts of their own.
//   - let is an ordinary command, extended globs are Lits (and expansions) with
//     their operators unescaped: no LetClause, ExtGlob, UnaryArithm and so on.
//   - export, readonly and local are a DeclClause in every mode, declare and
//     typeset only outside of strict mode, when they are the first word.
//   - Inside double quotes, the Word of ${x-word} (and of = ? +) escapes as
//     double quotes do, and \} as well; single quotes are ordinary characters
//     there. The Words of # % / ^ , are quoted as outside.
//   - A parameter expansion that no shell understands is a ParamExp whose
//     Param.Value, the text between the braces, is not a name: expanding it is
//     the error "bad substitution", as in other shells, not parsing it.
//   - The Word of a here-document redirection is a Lit when nothing of the
//     delimiter was quoted, and otherwise a SglQuoted.
//   - Aliases are replaced, except in the Stmts of a [syntax.CmdSubst]: there they
//     are those of the time when it runs.
//   - Backslashes in Lits are kept, except before a newline.
package parse
