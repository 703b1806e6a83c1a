package interop

import "fmt"

// Action is what a rule says. The order is the order of strictness: the smaller
// of two actions is the stricter one.
type Action uint8

const (
	Deny Action = iota + 1
	Ask         // allowed when the user says so at the terminal; denied where there is none
	Allow
)

var actionNames = map[Action]string{Deny: "deny", Ask: "ask", Allow: "allow"}

func (a Action) String() string { return actionNames[a] }

// ParseAction reads "allow", "deny" or "ask".
func ParseAction(s string) (Action, error) {
	for action, name := range actionNames {
		if name == s {
			return action, nil
		}
	}
	return 0, fmt.Errorf("unknown action %q (allow, deny or ask)", s)
}

// Origin is where the wish to run a program comes from.
type Origin uint8

const (
	Typed  Origin = iota + 1 // a shell on the host's own kernel and name spaces
	Inside                   // a program inside an instance
)

var originNames = map[Origin]string{Typed: "typed", Inside: "instance"}

func (o Origin) String() string { return originNames[o] }

// ParseOrigin reads "typed" or "instance".
func ParseOrigin(s string) (Origin, error) {
	for origin, name := range originNames {
		if name == s {
			return origin, nil
		}
	}
	return 0, fmt.Errorf("unknown origin %q (typed or instance)", s)
}

// UnknownInstance stands for a caller in name spaces that the server knows nothing
// about: another container of the user's, or a program that changed its own root.
// Every rule that denies or asks by instance means it too, or a change of root
// would be the way past those rules.
const UnknownInstance = "unknown"

// A Rule says what happens to the launches that it matches. An empty field
// matches everything.
type Rule struct {
	Action Action

	// Program is a pattern for the program's path ([Match] with '/'), or a
	// bare name. A bare name that is allowed or asked for means the program
	// that [Policy].Path gives for it; one that is denied means every program
	// of that name.
	Program string

	// Args are patterns for the arguments after the zeroth, one each; "**"
	// stands for any number of them. Nil: any arguments.
	Args []string

	Origin   Origin
	Instance string // pattern for runtime:distro

	File string // where the rule stands, for explain and the audit log
	Line int    // 0: not known
}

// String is the rule's place, such as /etc/lxsh/policy.toml:12.
func (r *Rule) String() string {
	if r == nil {
		return "default"
	}
	if r.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, r.Line)
}

// A Launch is what a policy is asked about.
type Launch struct {
	Origin   Origin
	Instance string // runtime:distro; empty where the caller has none
	Program  Program
	Args     []string // without the zeroth
}

// A Decision is a policy's answer.
type Decision struct {
	Action Action
	Rule   *Rule // the rule that decided; nil: the default for the origin
	// Exec is the path to execute. It is the one that the rule looked at, so
	// that a link changed after the decision changes nothing.
	Exec string
}

// A Policy is the rules of both files.
type Policy struct {
	Admin, User []Rule
	// Path is where rules that allow a bare name find it: folders of the
	// host's PATH that nobody inside an instance can write.
	Path string
}

// Decide answers for one launch.
func (p *Policy) Decide(l Launch) Decision {
	admin, adminExec := p.first(p.Admin, l)
	user, userExec := p.first(p.User, l)
	// Where only one of the rules looked at what the links lead to, that is what
	// is executed: a link is as good as its folder.
	if user != nil && userExec == l.Program.Real {
		adminExec = userExec
	} else if admin != nil {
		userExec = adminExec
	}
	switch {
	case admin != nil && (user == nil || admin.Action <= user.Action):
		return Decision{admin.Action, admin, adminExec}
	case user != nil:
		return Decision{user.Action, user, userExec}
	case l.Origin == Typed:
		return Decision{Action: Allow, Exec: l.Program.Found}
	default:
		return Decision{Action: Deny}
	}
}

// first is the first rule that matches, and the path it matched by.
func (p *Policy) first(rules []Rule, l Launch) (*Rule, string) {
	for i := range rules {
		rule := &rules[i]
		if rule.Origin != 0 && rule.Origin != l.Origin ||
			rule.Instance != "" && !rule.matchInstance(l.Instance) ||
			rule.Args != nil && !matchArgs(rule.Args, l.Args) {
			continue
		}
		if exec, ok := p.matchProgram(rule, l.Program); ok {
			if l.Origin == Typed {
				exec = l.Program.Found
			}
			return rule, exec
		}
	}
	return nil, ""
}

func (r *Rule) matchInstance(instance string) bool {
	return instance == UnknownInstance && r.Action != Allow || Match(r.Instance, instance, 0)
}
