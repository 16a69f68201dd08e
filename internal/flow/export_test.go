package flow

// Narrow makes an engine look for lists as it does among millions of cases: little is gathered
// at once, pages take many steps, and ways of more than so many streams are not gone.
func (e *Engine) Narrow(streams int) {
	e.bounds = bounds{met: 3, sorted: 2, named: 1, counted: 4, streams: streams}
}
