# Builds, checks and installs lxsh. Programs go to bin/, data to share/; nothing
# else in the tree is written. README.md says what each target is for.

PREFIX  ?= /usr/local
DESTDIR ?=
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

GO      ?= go
# Without -buildvcs=false a clone that another user owns does not build.
export CGO_ENABLED := 0
FLAGS   := -buildvcs=false -trimpath
# No -s: lxsh reads in its own symbol table what was ignored when it was started
# (shell/eval/entry.go), which no other way tells.
LDFLAGS := -w -X github.com/lxsh/lxsh/plugins.Version=$(VERSION)

PROGRAMS := $(notdir $(patsubst %/main.go,%,$(wildcard cmd/*/main.go)))
BASE     := share/lxsh/base.tar.gz

.PHONY: all programs base test lint demo bench install uninstall clean

all: programs base

programs:
	$(GO) build $(FLAGS) -ldflags "$(LDFLAGS)" -o bin/ ./cmd/...

base: $(BASE)

# base holds lxsh as its /bin/sh, so it is made anew with it.
$(BASE): programs
	runtimes/distro/base/build.sh $@

# checkrun fails when the tests leave a process, mount, socket or file behind.
test: programs
	build/packages.sh
	$(MAKE) base lint
	$(GO) run $(FLAGS) ./build/checkrun $(GO) test -buildvcs=false -timeout 10m ./...

lint:
	@files=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); \
	if [ -n "$$files" ]; then echo "not formatted (run gofmt -w):"; echo "$$files"; exit 1; fi
	$(GO) vet -buildvcs=false ./...
	$(GO) tool staticcheck ./...

demo: all
	demo/run.sh

bench: all
	$(GO) run $(FLAGS) ./bench

install: all
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/lxsh"
	install $(PROGRAMS:%=bin/%) "$(DESTDIR)$(PREFIX)/bin"
	install -m 644 $(BASE) "$(DESTDIR)$(PREFIX)/share/lxsh"

uninstall:
	rm -f $(PROGRAMS:%="$(DESTDIR)$(PREFIX)/bin/%")
	rm -rf "$(DESTDIR)$(PREFIX)/share/lxsh"

clean:
	rm -rf bin share
