package eval

// External runs an external command, whatever function or builtin has its name.
func (sh *Shell) External(args []string) int { return sh.external(args, nil) }
