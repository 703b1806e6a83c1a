// Package progress draws how far an import is. It is apart from package distro
// so that only who draws links it.
package progress

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Bar returns the Progress of distro.Options for a title: a bar on standard error
// when that is a terminal, otherwise nil.
func Bar(title string) func(size int64) io.Writer {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	return func(size int64) io.Writer {
		return progressbar.NewOptions64(size,
			progressbar.OptionSetDescription(title),
			progressbar.OptionSetWriter(os.Stderr),
			progressbar.OptionShowBytes(true),
			progressbar.OptionShowTotalBytes(true),
			progressbar.OptionFullWidth(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
}
