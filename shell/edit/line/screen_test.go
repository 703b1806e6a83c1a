package line

import (
	"bytes"
	"testing"
	"testing/iotest"
)

// A sequence is replaced however the text is cut.
func TestCopyReplaced(t *testing.T) {
	const text = "a\x1b[1Bb\x1b[2B\x1b[1\x1b[1Bc\x1b\x1b[1B\x1b["
	const want = "a\x1bDb\x1b[2B\x1b[1\x1bDc\x1b\x1bD\x1b["
	var whole, single bytes.Buffer
	copyReplaced(&whole, bytes.NewBufferString(text))
	copyReplaced(&single, iotest.OneByteReader(bytes.NewBufferString(text)))
	if whole.String() != want || single.String() != want {
		t.Errorf("got %q and %q, want %q", whole.String(), single.String(), want)
	}
}
