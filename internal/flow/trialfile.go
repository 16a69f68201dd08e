package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path"
	"strings"

	"github.com/chengshu/chengshu/internal/ledger"
)

// kindsOfFiles are what a file of a trial is by the end of its name.
var kindsOfFiles = map[string]string{".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf", ".mp4": "video/mp4", ".m4a": "audio/mp4", ".txt": "text/plain"}

// filed gives values of a trial with its files: they are written by their names, and are
// there as if they had been sent.
func filed(e *ledger.Entity, v map[string]any) map[string]any {
	out := maps.Clone(v)
	for _, f := range e.Fields {
		given, ok := v[f.Name]
		if f.Type.Kind != ledger.Files || !ok {
			continue
		}
		list, many := given.([]any)
		if !many {
			list = []any{given}
		}
		files := make([]any, len(list))
		for i, x := range list {
			files[i] = x
			if name, ok := x.(string); ok {
				sum := sha256.Sum256([]byte(name))
				files[i] = map[string]any{"id": hex.EncodeToString(sum[:]), "name": name, "type": kindsOfFiles[strings.ToLower(path.Ext(name))], "size": int64(1)}
			}
		}
		out[f.Name] = files
	}
	return out
}
