package client

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lxsh/lxsh/interop/wire"
)

// streams are this side's ends of a program's descriptors.
type streams struct {
	conn    *wire.Conn
	sources map[int]*source
	sinks   map[int]*sink

	reading, writing sync.WaitGroup
	once             sync.Once
}

func newStreams(conn *wire.Conn) *streams {
	return &streams{conn: conn, sources: map[int]*source{}, sinks: map[int]*sink{}}
}

func (s *streams) add(number int, kind wire.SlotKind, file int, stat *unix.Stat_t) {
	if kind == wire.In {
		s.sources[number] = newSource(s.conn, number, file, stat)
		return
	}
	s.sinks[number] = newSink(s.conn, number, file)
}

// open prepares the streams, so that one that cannot work is known before the
// program starts.
func (s *streams) open() error {
	for _, source := range s.sources {
		if err := source.open(); err != nil {
			s.close()
			return fmt.Errorf("descriptor %d: %w", source.file, err)
		}
	}
	return nil
}

// close undoes open for streams that do not run.
func (s *streams) close() {
	for _, source := range s.sources {
		source.close()
	}
}

func (s *streams) run() {
	for _, source := range s.sources {
		s.reading.Go(source.run)
	}
	for _, sink := range s.sinks {
		s.writing.Go(sink.run)
	}
}

// settleLimit is how long a caller that is to stop goes on writing.
const settleLimit = time.Second

// settle waits until what came is written, where its reader has room for it: the
// caller may be stopped next.
func (s *streams) settle() {
	end := time.Now().Add(settleLimit)
	for _, sink := range s.sinks {
		for !sink.settled() && time.Now().Before(end) {
			time.Sleep(time.Millisecond)
		}
	}
}

// finish ends the streams: everything that came is written, and what the program
// took is taken from its sources.
func (s *streams) finish() {
	s.once.Do(func() {
		for _, source := range s.sources {
			source.stop()
		}
		s.reading.Wait()
		for _, sink := range s.sinks {
			sink.end()
		}
		s.writing.Wait()
	})
}

var errStream = errors.New("no such stream")

// receive never blocks on a descriptor, so that a sink that stands still holds up
// no other stream and no signal.
func (s *streams) receive(m wire.Message) error {
	switch m := m.(type) {
	case *wire.Data:
		if sink := s.sinks[m.Stream]; sink != nil {
			return sink.add(m)
		}
	case *wire.Taken:
		if source := s.sources[m.Stream]; source != nil {
			return source.taken(m.Count)
		}
	case *wire.Finish:
		if source := s.sources[m.Stream]; source != nil {
			source.unread()
			return nil
		}
		if sink := s.sinks[m.Stream]; sink != nil {
			return nil // the program closed its end; what came is still written
		}
	}
	return errStream
}
