package console

import (
	"context"

	"github.com/chengshu/chengshu/internal/people"
)

// actor is who a request is of: until there is sign-in, whoever may open the data folder.
func actor(context.Context) people.Actor { return people.Local() }
