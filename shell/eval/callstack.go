package eval

// The call stack as bash shows it. Its entries are function calls and files
// being read, the innermost first; below them is the script itself, "main".

// currentFile is the file that the running command was read from: where its
// function was defined. Empty for -c and what is typed.
func (sh *Shell) currentFile() string {
	for i := len(sh.frames) - 1; i >= 0; i-- {
		switch f := &sh.frames[i]; {
		case f.function != nil:
			return f.function.file
		case f.file != "":
			return f.file
		}
	}
	return sh.script
}

// stack makes the value of an array that has an element per entry. call gives
// the element; top is that of the script, if there is one.
func (sh *Shell) stack(call func(*frame) string, top string) *array {
	a := newArray(false)
	for i := len(sh.frames) - 1; i >= 0; i-- {
		if f := &sh.frames[i]; f.function != nil || f.file != "" {
			a.values = append(a.values, call(f))
		}
	}
	if sh.script != "" {
		a.values = append(a.values, top)
	}
	return a
}

func callName(f *frame) string {
	if f.function != nil {
		return f.function.Name
	}
	return "source"
}

func callFile(f *frame) string {
	switch {
	case f.function == nil:
		return f.file
	case f.function.file == "":
		return "environment"
	}
	return f.function.file
}

func callLine(f *frame) string { return itoa(int64(f.line)) }

func (sh *Shell) functionNames() *array {
	if sh.functionDepth() == 0 {
		return newArray(false)
	}
	return sh.stack(callName, "main")
}

func (sh *Shell) sourceFiles() *array { return sh.stack(callFile, sh.script) }
func (sh *Shell) callLines() *array   { return sh.stack(callLine, "0") }

// Caller is bash's caller: the line, the function and the file of the n-th call
// from within.
func (sh *Shell) Caller(n int) (line, function, file string, ok bool) {
	lines, names, files := sh.callLines().values, sh.functionNames().values, sh.sourceFiles().values
	if n < 0 || n+1 >= len(names) || n+1 >= len(files) {
		return "", "", "", false
	}
	return lines[n], names[n+1], files[n+1], true
}

// functionDepth is how many function calls are running.
func (sh *Shell) functionDepth() int {
	n := 0
	for i := range sh.frames {
		if sh.frames[i].function != nil {
			n++
		}
	}
	return n
}

func (sh *Shell) saveStack(e *encoder) {
	e.str(sh.script)
	e.num(int64(len(sh.frames)))
	for i := range sh.frames {
		f := &sh.frames[i]
		name, file := "", f.file
		if f.function != nil {
			name, file = f.function.Name, f.function.file
		}
		e.str(name)
		e.str(file)
		e.num(int64(f.line))
	}
}

func (sh *Shell) loadStack(d *decoder) {
	sh.script = d.str()
	for n := d.num(); n > 0 && d.err == nil; n-- {
		name, f := d.str(), frame{}
		if f.file = d.str(); name != "" {
			f.function, f.file = &Function{Name: name, file: f.file}, ""
		}
		f.line = int(d.num())
		sh.frames = append(sh.frames, f)
	}
}
