package region

import "time"

// Beijing is the one legal time of the country: days are its days, wherever the server stands.
var Beijing = time.FixedZone("CST", 8*60*60)
