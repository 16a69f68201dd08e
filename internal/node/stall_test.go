package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/people"
)

// Who releases a batch while its tables cannot be written gets an answer that says so, and
// sees it with the batch; the retry of whoever mends the disk writes it.
func TestStalledBatchIsToldAndRetried(t *testing.T) {
	w, _ := visited(t)
	docs, err := catalog.Decode("calls.yaml", []byte("kind: directory\nname: calls\ntitle: 回访\nabstract: 回访\noffice: rsj\nitems: [{name: no, title: 号, type: text}]\n"+
		"rules: [{kind: length, item: no, max: 1, do: block, above: 10}]\nload: {mode: append}\n"))
	w.must(err)
	w.must(w.Catalog.Check(t.Context(), *docs[0].Value, w.Regions))
	_, err = w.Catalog.Put(t.Context(), people.Local(), *docs[0].Value)
	w.must(err)
	b := w.judged("calls", "号\n1\n22\n")
	if b.State != ingest.Held {
		t.Fatalf("the batch is %s: %v", b.State, b.Error)
	}

	lake := filepath.Join(w.dir, "lake", "published")
	w.must(os.Rename(lake, lake+".aside"))
	w.must(os.WriteFile(lake, nil, 0o600))
	const told = `"code":"batch.stalled"`
	at := "/batches/" + string(b.ID)
	for _, ask := range []struct {
		path, body string
		status     int
		want       string
	}{
		{at + "/release", `{"reason":"试"}`, 200, `"state":"publishing"`},
		{at, "", 200, `"state":"publishing"`},
		{at + "/retry", "{}", 503, "chengshu batch retry"},
	} {
		if status, text := w.looks(people.Officer, "rsj", ask.path, ask.body); status != ask.status || !strings.Contains(text, told) || !strings.Contains(text, ask.want) || !strings.Contains(text, "lake.disk") || strings.Contains(text, w.dir) {
			t.Errorf("%s: %d %s", ask.path, status, text)
		}
	}
	w.must(os.Remove(lake))
	w.must(os.Rename(lake+".aside", lake))
	if status, text := w.looks(people.Officer, "mzj", at+"/retry", "{}"); status != 403 {
		t.Errorf("another office's officer: %d %s", status, text)
	}
	if status, text := w.looks(people.Officer, "rsj", at+"/retry", "{}"); status != 200 || !strings.Contains(text, `"state":"published"`) || !strings.Contains(text, `"error":null`) {
		t.Errorf("retried: %d %s", status, text)
	}
	if status, text := w.looks(people.Officer, "rsj", at+"/retry", "{}"); status != 409 {
		t.Errorf("once more: %d %s", status, text)
	}
}
