package builtin

import (
	"fmt"
	"time"

	"github.com/lxsh/lxsh/shell/eval"
)

func times(sh *eval.Shell, args []string) int {
	operands, ok := noOptions(sh, args)
	switch {
	case !ok:
		return 2
	case len(operands) > 0:
		return tooMany(sh, args)
	}
	self, children := sh.Times()
	return sh.Output("times", fmt.Appendf(nil, "%s %s\n%s %s\n",
		minutes(self.User), minutes(self.System), minutes(children.User), minutes(children.System)))
}

func minutes(d time.Duration) string {
	return fmt.Sprintf("%dm%.3fs", int(d.Minutes()), (d % time.Minute).Seconds())
}
