package distro

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/lxsh/lxsh/runtimes/distro/idmap"
)

// A Distro is what the store knows of one root file system, as in distro.json.
type Distro struct {
	Name    string    `json:"name"`
	OS      string    `json:"os,omitempty"`   // PRETTY_NAME of os-release(5)
	Arch    string    `json:"arch,omitempty"` // of /bin/sh, as in GOARCH; empty: not known
	Size    int64     `json:"size"`           // bytes in files when it was unpacked
	Files   int64     `json:"files"`          // entries of the archive
	Created time.Time `json:"created"`
	Source  string    `json:"source"`
	IDs     idmap.Map `json:"ids"` // the ids that its files were unpacked with

	// Notes are sentences on what could not be unpacked as it was.
	Notes []string `json:"notes,omitempty"`
}

// read returns a distro of the store; fs.ErrNotExist if there is none.
func (s *Store) read(name string) (Distro, error) {
	file := s.path(name, "distro.json")
	text, err := os.ReadFile(file)
	if err != nil {
		return Distro{}, err
	}
	var d Distro
	if err := json.Unmarshal(text, &d); err != nil {
		return Distro{}, fmt.Errorf("%s: %w (lxsh --unregister %s, and import it again)", file, err, name)
	}
	d.Name = name
	return d, nil
}

func (d *Distro) write(file string) error {
	text, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(file, append(text, '\n'))
}
