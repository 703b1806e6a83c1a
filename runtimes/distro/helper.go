package distro

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// helperName is what the helper is called by, instead of a program's name.
const helperName = "lxsh-distro"

// A report is what the helper has to say at its end.
type report struct {
	Error string
	OS    string
	Arch  string
	Size  int64
	Files int64
	Notes []string
}

// reportFd is where the helper writes its report: the first of exec.Cmd.ExtraFiles.
const reportFd = 3

// runHelper runs the helper on root with those ids; in is closed. It is killed
// when ctx ends or this process does. It has a process group of its own, since
// Ctrl-C is for the caller to handle.
func runHelper(ctx context.Context, ids idmap.Map, verb, root string, in *os.File, out io.Writer) (report, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return report{}, err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, "/proc/self/exe")
	cmd.Args = []string{helperName, verb, string(ids.Mode), root}
	cmd.Env = []string{}
	if in != nil {
		cmd.Stdin = in
	}
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &stderr
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // whose death the signal is for
	defer runtime.UnlockOSThread()
	if ids.Mode == idmap.Identity {
		err = cmd.Start()
	} else {
		err = ids.Start(cmd)
	}
	w.Close()
	if in != nil {
		in.Close()
	}
	if err != nil {
		return report{}, err
	}
	var result report
	decodeErr := json.NewDecoder(r).Decode(&result)
	if err := cmd.Wait(); err != nil || decodeErr != nil {
		if ctx.Err() != nil {
			return report{}, context.Cause(ctx)
		}
		line, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return report{}, fmt.Errorf("the helper process failed: %w", errors.Join(err, errors.New(line)))
	}
	if result.Error != "" {
		return report{}, errors.New(result.Error)
	}
	return result, nil
}

// Helper runs this process as the package's helper, if it was started as such,
// and returns its exit status. Programs that use the package call it first in main.
func Helper() (status int, ran bool) {
	if len(os.Args) != 4 || os.Args[0] != helperName {
		return 0, false
	}
	var r report
	if err := help(os.Args[1], idmap.Mode(os.Args[2]), os.Args[3], &r); err != nil {
		r = report{Error: err.Error()}
	}
	if err := json.NewEncoder(os.NewFile(reportFd, "report")).Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	return 0, true
}

func help(verb string, mode idmap.Mode, root string, r *report) error {
	syscall.CloseOnExec(reportFd)
	if err := idmap.Ready(); err != nil {
		return err
	}
	syscall.Umask(0)
	if err := syscall.Chroot(root); err != nil {
		if verb == "remove" && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return &os.PathError{Op: "chroot", Path: root, Err: err}
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	switch verb {
	case "unpack":
		if err := unpack(os.Stdin, mode, r); err != nil {
			return err
		}
		return inspect(r)
	case "pack":
		return pack(os.Stdout, "/", asTheyAre)
	case "remove":
		return empty("/")
	}
	return fmt.Errorf("unknown verb %q", verb)
}

// empty removes what is in dir.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if err := os.RemoveAll(dir + e.Name()); err != nil {
			return err
		}
	}
	return err
}
