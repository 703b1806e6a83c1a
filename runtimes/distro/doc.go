// Package distro keeps the named root file systems that runtimes run.
//
// The store is the folder distros below the user's data folder (mode 0700: in a
// root there are setuid files, which must not be reachable for other users):
//
//	distros/.lock              flock: held while a name is made or taken away
//	distros/.default           link to the default distro
//	distros/.import-*/         an import under way; abandoned when its lock is free
//	distros/.gone-*/           a distro being removed
//	distros/NAME/distro.json   [Distro]
//	distros/NAME/lock          flock: shared by running instances ([Hold]), exclusive to remove
//	distros/NAME/rootfs/       the root
//
// A name appears and disappears by rename(2) alone, so that whenever a process
// dies there is a whole distro or none. Nothing waits for the disk (that took up to
// eight seconds on a busy one): a power failure in the half minute after an import
// may leave files empty, as it does after tar(1).
//
// # The helper
//
// Archives are unpacked, trees read and removed by a child process, this program
// again, that first enters the user name space of the ids in question (package
// idmap) and makes the root its own by chroot(2). So owners are what they should
// be, and no name, link or race in an archive leads out: for that process there is
// no outside. Programs that use the package call [Helper] first in main.
package distro
