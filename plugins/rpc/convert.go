package rpc

import (
	"maps"
	"slices"

	"github.com/lxsh/lxsh/plugins"
	pb "github.com/lxsh/lxsh/plugins/proto/runtimev1"
)

func toBytes(list []string) [][]byte {
	out := make([][]byte, len(list))
	for i, s := range list {
		out[i] = []byte(s)
	}
	return out
}

func toStrings(list [][]byte) []string {
	if len(list) == 0 {
		return nil
	}
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = string(b)
	}
	return out
}

func fromConfig(c plugins.InstanceConfig) *pb.InstanceConfig {
	out := &pb.InstanceConfig{
		Runtime: c.Runtime, Distro: c.Distro, Engine: c.Engine, Root: []byte(c.Root), State: []byte(c.State),
		Share: toBytes(c.Share), Hide: toBytes(c.Hide), Env: toBytes(c.Env),
	}
	for _, inside := range slices.Sorted(maps.Keys(c.Files)) {
		out.Files = append(out.Files, &pb.Bind{Inside: []byte(inside), Host: []byte(c.Files[inside])})
	}
	return out
}

func toConfig(c *pb.InstanceConfig) plugins.InstanceConfig {
	out := plugins.InstanceConfig{
		Runtime: c.GetRuntime(), Distro: c.GetDistro(), Engine: c.GetEngine(), Root: string(c.GetRoot()), State: string(c.GetState()),
		Share: toStrings(c.GetShare()), Hide: toStrings(c.GetHide()), Env: toStrings(c.GetEnv()),
	}
	for _, b := range c.GetFiles() {
		if out.Files == nil {
			out.Files = make(map[string]string)
		}
		out.Files[string(b.Inside)] = string(b.Host)
	}
	return out
}

func fromInfo(i plugins.Info) *pb.InfoReply {
	out := &pb.InfoReply{Name: i.Name, Version: i.Version, Summary: i.Summary, Abilities: i.Abilities, Limits: i.Limits}
	for _, e := range i.Engines {
		engine := &pb.Engine{Name: e.Name, Summary: e.Summary}
		for _, l := range e.Lacks {
			engine.Lacks = append(engine.Lacks, &pb.Lack{What: l.What, Why: l.Why, Remedy: l.Remedy})
		}
		out.Engines = append(out.Engines, engine)
	}
	return out
}

func toInfo(i *pb.InfoReply) plugins.Info {
	out := plugins.Info{Name: i.GetName(), Version: i.GetVersion(), Summary: i.GetSummary(), Abilities: i.GetAbilities(), Limits: i.GetLimits()}
	for _, e := range i.GetEngines() {
		engine := plugins.Engine{Name: e.GetName(), Summary: e.GetSummary()}
		for _, l := range e.GetLacks() {
			engine.Lacks = append(engine.Lacks, plugins.Lack{What: l.GetWhat(), Why: l.GetWhy(), Remedy: l.GetRemedy()})
		}
		out.Engines = append(out.Engines, engine)
	}
	return out
}
