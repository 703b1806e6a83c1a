// Lxsh-runtime-translator is the plugin of the runtime translator. The same
// binary is the stage and the pid 1 of its instances.
package main

import (
	"github.com/lxsh/lxsh/plugins/sdk"
	"github.com/lxsh/lxsh/runtimes/translator"
	"github.com/lxsh/lxsh/runtimes/translator/inside"
)

func main() {
	inside.Main()
	sdk.Serve(new(translator.Runtime))
}
