package lake

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/chengshu/chengshu/internal/ident"
)

const (
	stageFolder = "_stage"       // beside the spaces, on the same filesystem
	journalName = "publish.json" // in a stage: what is being moved where
)

var stageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

// Stage gives the private folder of one version of a batch, emptied: what an earlier try
// left there, or had already moved into the table without committing it, is removed.
// Of a version that is already published the folder is there too; publishing it changes
// nothing.
func (l *Lake) Stage(ctx context.Context, t ident.Ref, b ident.Batch, version string) (*Stage, error) {
	if !stageName.MatchString(string(b)) || !stageName.MatchString(version) {
		return nil, ErrName.At("%s %s@%s", t, b, version)
	}
	tb := l.table(t)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	st, err := tb.load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stage{Dir: filepath.Join(l.stagesOf(t), string(b)+"@"+version), Table: t, Batch: b, Version: version}
	if err := s.undo(st); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(s.Dir); err != nil {
		return nil, err
	}
	return s, os.MkdirAll(s.Dir, 0o700)
}

// Discard forgets a stage and its files; nothing of the table changes.
func (l *Lake) Discard(ctx context.Context, s *Stage) error {
	tb := l.table(s.Table)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	st, err := tb.load(ctx)
	if err != nil {
		return err
	}
	return errors.Join(s.undo(st), os.RemoveAll(s.Dir))
}

func (l *Lake) stagesOf(t ident.Ref) string {
	return filepath.Join(l.dir, stageFolder, string(t.Space), t.Name)
}

// work makes a folder for files that belong to no stage: deletes, compacted files. The
// caller calls the function it gets when nothing of it is needed any more.
func (l *Lake) work(t ident.Ref) (dir string, done func(), err error) {
	dir = filepath.Join(l.stagesOf(t), "@"+uuid.NewString())
	l.mu.Lock()
	l.busy[dir] = true
	l.mu.Unlock()
	done = func() {
		os.RemoveAll(dir)
		l.mu.Lock()
		delete(l.busy, dir)
		l.mu.Unlock()
	}
	return dir, done, os.MkdirAll(dir, 0o700)
}

// journal is written into a stage before its first file is moved, so that a repeat after a
// crash in between moves the rest under the same names. The token keeps the names apart
// from those of any other try: snapshots kept for time travel may still hold the old ones.
type journal struct {
	Token string   `json:"token"`
	Files []string `json:"files"` // relative to the stage
}

func (s *Stage) target(data string, j journal, n int) string {
	return filepath.Join(data, dataName(string(s.Batch), s.Version, j.Token, n))
}

// readJournal gives the journal of an interrupted publication; ok is false without one.
func (s *Stage) readJournal() (j journal, ok bool, err error) {
	b, err := os.ReadFile(filepath.Join(s.Dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return j, false, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &j)
	}
	return j, err == nil, err
}

func (s *Stage) writeJournal(j journal) error {
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	next := filepath.Join(s.Dir, journalName+".new")
	if err := writeDurably(next, b); err != nil {
		return err
	}
	if err := os.Rename(next, filepath.Join(s.Dir, journalName)); err != nil {
		return err
	}
	return syncPath(s.Dir)
}

// undo removes what an interrupted publication moved into the table, unless the table has it.
func (s *Stage) undo(st *state) error {
	j, ok, err := s.readJournal()
	if err != nil || !ok || st.published(string(s.Batch), s.Version) != nil {
		return err
	}
	var moved []string
	for n := range j.Files {
		if p := s.target(dataFolder(st.meta.Location()), j, n); st.files[p] == nil {
			moved = append(moved, p)
		}
	}
	_, err = gone(moved)
	return err
}

// parseStage reads batch and version off a stage's folder name.
func parseStage(name string) (batch, version string, ok bool) {
	batch, version, ok = strings.Cut(name, "@")
	return batch, version, ok && batch != ""
}
