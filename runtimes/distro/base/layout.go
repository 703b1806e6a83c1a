package main

// layout puts in what every distro has. There is no shadow file: nobody logs in.
func layout(t *tree) {
	for _, dir := range []string{
		"bin", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "run", "sbin", "srv", "sys",
		"usr/bin", "usr/lib", "usr/local/bin", "usr/sbin", "usr/share", "var/cache", "var/lib", "var/log",
	} {
		t.dir(dir, 0o755)
	}
	t.dir("root", 0o700)
	t.dir("tmp", 0o1777)
	t.dir("var/tmp", 0o1777)
	t.link("var/run", "../run")
	for name, text := range map[string]string{
		"etc/os-release": osRelease,
		"etc/passwd":     passwd,
		"etc/group":      group,
		"etc/hosts":      "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n",
		"etc/shells":     "/bin/sh\n/bin/lxsh\n",
		"etc/profile":    profile,
	} {
		t.file(name, []byte(text), 0o644)
	}
}

const osRelease = `NAME="lxsh base"
ID=lxsh-base
PRETTY_NAME="lxsh base"
HOME_URL="https://github.com/lxsh/lxsh"
`

const passwd = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
mail:x:8:8:mail:/var/mail:/bin/false
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
`

const group = `root:x:0:
daemon:x:1:
bin:x:2:
tty:x:5:
disk:x:6:
mail:x:8:
utmp:x:43:
users:x:100:
nogroup:x:65534:
`

const profile = `# Read by login shells.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
`
