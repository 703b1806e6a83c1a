package transport

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/mdlayher/vsock"
)

// Dial connects to the server at a. The connection is a [*net.UnixConn] where
// descriptors can pass, and no such thing elsewhere.
func Dial(ctx context.Context, a Address) (net.Conn, error) {
	if a.Scheme == Vsock {
		return vsock.Dial(a.CID, a.Port, nil)
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", a.Path)
	if err != nil || a.Scheme == Unix {
		return conn, err
	}
	if err := connect(ctx, conn, a.Port); err != nil {
		conn.Close()
		return nil, fmt.Errorf("%s: %w", a, err)
	}
	return relayed{conn}, nil
}

// relayed hides that a connection is a Unix socket: the monitor at its other end
// would take descriptors for itself.
type relayed struct{ net.Conn }

// connectLimit is how long a monitor may take to reach the guest.
const connectLimit = 5 * time.Second

// connect asks a monitor for the guest's port (Firecracker, docs/vsock.md,
// "Host-Initiated Connections").
func connect(ctx context.Context, conn net.Conn, port uint32) error {
	deadline := time.Now().Add(connectLimit)
	if sooner, ok := ctx.Deadline(); ok && sooner.Before(deadline) {
		deadline = sooner
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %d\n", port); err != nil {
		return err
	}
	line, err := readLine(conn)
	if err != nil {
		return fmt.Errorf("no answer to CONNECT: %w (does anything listen inside on port %d?)", err, port)
	}
	if !strings.HasPrefix(line, "OK ") {
		return fmt.Errorf("answer to CONNECT is %q", line)
	}
	return conn.SetDeadline(time.Time{})
}

// readLine reads byte by byte: what follows the line belongs to the guest.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); len(line) < 64; {
		if _, err := io.ReadFull(r, one); err != nil {
			return "", err
		}
		if one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[0])
	}
	return "", fmt.Errorf("no end of line within %d bytes", len(line))
}
