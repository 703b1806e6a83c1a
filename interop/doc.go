// Package interop decides which programs of the host may be run from lxsh and
// from inside its instances.
//
// # Who decides
//
// The decision is taken by the interop server, on the host, before anything is
// started. Two files speak: the administrator's (/etc/lxsh/policy.toml) and the
// user's (config.toml). In each the first [Rule] that matches counts; of the two
// answers the stricter one holds, so that the user can narrow what the
// administrator allows and never widen it. Where neither file has a matching
// rule, what the user types is allowed and what comes from inside an instance is
// denied.
//
// # What a rule names
//
// A rule matches programs by where they are and not by what a caller calls them:
// see [Program]. An allow list by path is a wall as strong as the folders that it
// names; a deny list stops accidents only, since a denied program may be copied
// under another name. And an allowed program is everything that its arguments, its
// input and the files of its working directory can make of it: make runs a
// Makefile, git a repository's hooks.
//
// The folders below: wire is the protocol, server the host's side, client the
// caller's side, transport the sockets, translate paths and environment, audit
// the log, policyfile reads policy.toml.
package interop
