package eval

// Deferred variables are those of the process's environment that mean something
// else in the World: PATH is the instance's and not the host's. What they are is
// learnt from Config.Settle when one is first read, or an environment is made, so
// that a script which does neither opens no World. An assignment before that
// makes an ordinary variable.

// deferVars marks the variables that Config.Deferred names.
func (sh *Shell) deferVars() {
	for _, name := range sh.config.Deferred {
		v := sh.own(intern(name))
		v.attr |= hooked
		sh.unsettled = true
	}
}

// settle gives the deferred variables their values.
func (sh *Shell) settle() error {
	if !sh.Undefer() {
		return nil
	}
	return sh.config.Settle(sh)
}

// settleOne settles when v is deferred.
func (sh *Shell) settleOne(s symbol) {
	v := sh.lookup(s)
	if v == nil || !v.deferred(s) {
		return
	}
	if err := sh.settle(); err != nil {
		sh.Errorf("%s: %v", s, err)
	}
}

func (v *variable) deferred(s symbol) bool {
	if v.attr&hooked == 0 {
		return false
	}
	_, is := dynamics[s.String()]
	return !is
}

// Undefer makes ordinary variables of the deferred ones, with the values that
// the process found. It reports whether there were any.
func (sh *Shell) Undefer() bool {
	if !sh.unsettled {
		return false
	}
	sh.unsettled = false
	for i, v := range sh.vars {
		if s := symbol(i); v != nil && v.deferred(s) {
			if !v.set {
				sh.vars[s] = nil
				continue
			}
			sh.own(s).attr &^= hooked
		}
	}
	return true
}
