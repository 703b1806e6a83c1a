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
		})
		if err != nil {
			return err
		}
		if world != "" {
			if session, err = session.Named(world); err != nil {
				return err
			}
		}
		c.Env, c.World, c.Settle = p.Env, session, session.Settle
		c.Builtins = append(p.Builtins, session.Builtins()...)
		return nil
	})
}
