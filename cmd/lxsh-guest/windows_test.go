package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A Windows program in an instance whose kernel was told about lxsh-guest runs on
// the host through Wine, with its own arguments.
func TestWindowsProgramThroughBinfmt(t *testing.T) {
	h := serve(t, "[[interop.rule]]\naction = \"allow\"\nprogram = \"/**.exe\"\n")
	files := map[string]string{"hello.exe": "MZ", "bin/wine": "#!/bin/sh\necho wine \"$@\"\nexit 42\n"}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := h.guest(t, h.passing)
	cmd.Path = "/bin/sh"
	cmd.Args = []string{"sh", "-c", `mkdir misc && mount -t binfmt_misc none misc || exit 77
echo ":lxsh:M::MZ::$PWD/bin/lxsh-guest:PF" >misc/register || exit 77
./hello.exe 'a b' ''; echo $?`}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() == 77 {
		t.Skipf("no binfmt_misc in a user name space here (Linux 6.7): %v, %s", err, out)
	}
	if want := "wine " + h.dir + "/hello.exe a b \n42\n"; string(out) != want {
		t.Errorf("got %q, want %q", out, want)
	}
	if e := h.log(t); !strings.HasSuffix(e[0].Program, "/hello.exe") {
		t.Errorf("logged as %+v", e[0])
	}
}
