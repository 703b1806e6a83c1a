package eval

import (
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/shell/fd"
)

// takeSignals gives every signal the disposition that it had when the process
// was started.
func takeSignals() {
	d := &dispositions
	d.Lock()
	defer d.Unlock()
	if d.taken {
		return
	}
	d.taken, d.wakeR, d.wakeW = true, -1, -1
	for n := 1; n <= maxSignal; n++ {
		d.now[n] = handled
		if keepHandler(n) || goLeaves(n) {
			_ = rtSigaction(n, nil, &d.goAction[n])
		} else if rtSigaction(n, &sigaction{handler: sigDefault}, &d.goAction[n]) == nil {
			d.now[n] = sigDefault
			continue
		}
		if d.goAction[n].handler == sigIgnore {
			d.entry[n], d.now[n] = true, sigIgnore
		} else if !keepHandler(n) {
			d.dispose(n, sigDefault)
		}
	}
}

// goLeaves are the signals that Go leaves ignored where it found them so: the
// others have its handler.
func goLeaves(n int) bool {
	switch syscall.Signal(n) {
	case syscall.SIGHUP, syscall.SIGINT, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
		return true
	}
	return false
}

// dispose makes the process ignore signal n, or die of it as the kernel has it.
func (d *dispositionTable) dispose(n int, what uintptr) {
	if d.now[n] == what {
		return
	}
	d.now[n] = what
	if what == sigDefault && keepHandler(n) {
		_ = rtSigaction(n, &d.goAction[n], nil)
		return
	}
	_ = rtSigaction(n, &sigaction{handler: what, restorer: d.goAction[n].restorer, flags: d.goAction[n].flags}, nil)
}

// catch makes signal n count in pending.
func (d *dispositionTable) catch(n int) {
	if d.caught == nil {
		d.start()
	}
	d.now[n] = handled
	signal.Notify(d.caught, syscall.Signal(n))
	if d.goAction[n].handler <= sigIgnore {
		_ = rtSigaction(n, nil, &d.goAction[n]) // Go had left it alone until now
		return
	}
	_ = rtSigaction(n, &d.goAction[n], nil)
}

// start begins to collect signals. It lasts as long as the process.
func (d *dispositionTable) start() {
	d.caught = make(chan osSignal, 64)
	d.marked = make(chan struct{}, 1)
	if r, w, err := fd.Pipe(); err == nil {
		d.wakeR, d.wakeW = r.Fd(), w.Fd()
		_ = unix.SetNonblock(d.wakeR, true)
		_ = unix.SetNonblock(d.wakeW, true)
	}
	go d.collect()
}

func (d *dispositionTable) collect() {
	for s := range d.caught {
		if n := int(s.(syscall.Signal)); n == marker && d.marking.Load() {
			d.marked <- struct{}{}
		} else {
			d.post(n)
		}
	}
}

// marker is the highest signal, which the runtime passes on after all others.
const marker = maxSignal

// settle waits until every caught signal that has come is pending: a trap that a
// command caused runs right after it. Signals travel through two goroutines of
// their own, so one more is sent after them and waited for.
func (d *dispositionTable) settle() {
	if d.caught == nil || !d.marking.CompareAndSwap(false, true) {
		return
	}
	defer d.marking.Store(false)
	d.Lock()
	if d.now[marker] != handled {
		d.catch(marker)
	}
	d.Unlock()
	runtime.LockOSThread()
	_ = unix.Tgkill(syscall.Getpid(), unix.Gettid(), syscall.Signal(marker))
	runtime.UnlockOSThread()
	select {
	case <-d.marked:
	case <-time.After(time.Second): // lost: then a trap runs one command later
	}
}

// post makes signal n pending, as if it had come.
func (d *dispositionTable) post(n int) {
	d.pending[n].Add(1)
	d.any.Store(true)
	if d.wakeW >= 0 {
		_, _ = syscall.Write(d.wakeW, []byte{1})
	}
}

// drain empties the wake pipe.
func (d *dispositionTable) drain() {
	var b [64]byte
	for d.wakeR >= 0 {
		if n, _ := syscall.Read(d.wakeR, b[:]); n <= 0 {
			return
		}
	}
}

// die ends the process by signal n, so that its parent sees that.
func die(n int) {
	d := &dispositions
	_ = rtSigaction(n, &sigaction{handler: sigDefault, restorer: d.goAction[n].restorer, flags: d.goAction[n].flags}, nil)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) // a dump of the shell helps nobody
	// To this thread: sent to the process, a signal that dumps core may come
	// only after the exit.
	runtime.LockOSThread()
	_ = unix.Tgkill(syscall.Getpid(), unix.Gettid(), syscall.Signal(n))
	syscall.Exit(128 + n) // reached for signals that do not kill
}
