package shell

import (
	"github.com/lxsh/lxsh/shell/eval"
	"github.com/lxsh/lxsh/shell/route"
)

// Resume goes on as a subshell of the lxsh that started this process, if that is
// what this process is for. It is called before anything else.
func (p *Program) Resume() (status int, resumed bool) {
	return eval.Resume(func(c *eval.Config, world string) error {
		session, err := route.New(route.Config{
			Places:  p.Places,
			Env:     p.Env,
			Runtime: p.getenv("LXSH_RUNTIME"),
			Distro:  p.getenv("LXSH_DISTRO"),
			NoHost:  func() bool { return false },
		})
		if err != nil {
			return err
		}
		c.World, c.Builtins = session, append(p.Builtins, session.Builtins()...)
		if world != "" {
			c.World, err = session.Open(world)
		}
		return err
	})
}
