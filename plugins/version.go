package plugins

// Version is what this build calls itself: set by the linker (see the Makefile),
// "unknown" in a plain go build.
var Version = "unknown"
