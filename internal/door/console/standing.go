package console

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
)

type standingIn struct {
	DirectoryIn
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"400" doc:"kept in the history; withdrawing needs one"`
	}
}

// directoryTurn is one change of a directory's state.
type directoryTurn struct {
	State   string    `json:"state" enum:"draft,published,withdrawn"`
	Version int       `json:"version" doc:"the version that was published or withdrawn"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	ByName  string    `json:"by_name"`
	Reason  string    `json:"reason"`
}

func turnOf(t catalog.Turn) directoryTurn {
	return directoryTurn{string(t.State), t.Version, t.At, t.By, t.ByName, t.Reason}
}

// standing registers what changes a directory's state.
func (c *Console) standing() {
	route(c, http.MethodPost, "/directories/{name}/publish", "publish-directory", "发布目录 / Publish a directory", func(ctx context.Context, in *standingIn) (directoryTurn, error) {
		t, err := c.Catalog.Publish(ctx, actor(ctx), in.Name, in.Body.Reason)
		return turnOf(t), err
	})
	route(c, http.MethodPost, "/directories/{name}/withdraw", "withdraw-directory", "撤下目录 / Withdraw a directory", func(ctx context.Context, in *standingIn) (directoryTurn, error) {
		t, err := c.Catalog.Withdraw(ctx, actor(ctx), in.Name, in.Body.Reason)
		return turnOf(t), err
	})
}

// turns are the changes of a directory's state, the last first.
func (c *Console) turns(ctx context.Context, name string) ([]directoryTurn, error) {
	turns, err := c.Catalog.Turns(ctx, name)
	out := make([]directoryTurn, len(turns))
	for i, t := range turns {
		out[i] = turnOf(t)
		out[i].ByName = cmp.Or(c.personName(ctx, t.By), t.ByName)
	}
	return out, err
}
