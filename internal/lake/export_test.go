package lake

// OnPlanned calls f whenever a job has found its positions and does not hold the lock yet.
func (l *Lake) OnPlanned(f func()) { l.hooks.planned = f }

// At calls f at the named places of a commit; its error ends the commit there, as a crash would.
func (l *Lake) At(f func(place string) error) { l.hooks.at = f }
