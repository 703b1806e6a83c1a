// Package inside is the part of the namespace engine that runs in the instance:
// the stage, which builds the mounts, and pid 1, which serves it.
//
//	plugin ── user and mount name space 1 ──► stage: mounts, pivot_root, then ends
//	   ▲                                        │ CLONE_PARENT
//	   └── user, mount, pid, ipc, uts name space 2 ──► pid 1: /proc, sessions, reaping
//
// There are two user name spaces since mounts that are inherited from another
// one's mount name space are locked: what covers lxsh's own folders cannot be
// taken away inside (mount_namespaces(7), "Restrictions on mount namespaces").
// The ids are mapped in the first; the second maps each id to itself.
//
// Both programs are the plugin's own binary, executed again under the names of
// [stageName] and [initName]. They talk to the plugin on descriptor 3, a
// SOCK_SEQPACKET socket: first the plugin sends the [Config]; they answer with
// [Report]s; then the plugin passes listening sockets on which pid 1 serves
// sessions. The end of that socket is the end of the instance, so nothing
// outlives a killed plugin.
package inside
