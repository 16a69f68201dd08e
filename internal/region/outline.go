package region

import "encoding/json"

// Outline is a district's boundary in WGS-84.
type Outline struct {
	Code     Code
	Name     string
	Note     string           // what the reader must know of its age; may be empty
	Polygons [][][][2]float64 // polygon, ring (the first is the outer one), point as longitude and latitude
}

// amended are the features whose code or age needs a word, by the code in the file.
func amended(o Outline) Outline {
	switch o.Code {
	case "330102000000":
		o.Note = "2021年区划调整前的范围，不含原江干区部分"
	case "371626000000":
		o.Code, o.Name, o.Note = "371681000000", "邹平市", "边界源自撤县设市（2018年）前的邹平县"
	}
	return o
}

func readOutlines(data []byte) map[Code]Outline {
	var doc struct {
		Features []struct {
			ID         string
			Properties struct{ Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		panic("region: boundaries.geojson: " + err.Error())
	}
	all := make(map[Code]Outline, len(doc.Features))
	for _, f := range doc.Features {
		o := amended(Outline{Code: Code(f.ID + "000000"), Name: f.Properties.Name})
		into := any(&o.Polygons)
		if f.Geometry.Type == "Polygon" {
			o.Polygons = make([][][][2]float64, 1)
			into = &o.Polygons[0]
		}
		if err := json.Unmarshal(f.Geometry.Coordinates, into); err != nil {
			panic("region: boundaries.geojson: " + err.Error())
		}
		shift(o.Polygons)
		all[o.Code] = o
	}
	return all
}

func shift(polygons [][][][2]float64) {
	for _, rings := range polygons {
		for _, ring := range rings {
			for i, p := range ring {
				ring[i][0], ring[i][1] = ToWGS84(p[0], p[1])
			}
		}
	}
}

// Outline is the boundary of a district, where the book has it. It must not be changed.
func (b *Book) Outline(c Code) (Outline, bool) {
	o, ok := b.outlines()[c]
	return o, ok
}

// MarshalJSON writes a GeoJSON feature.
func (o Outline) MarshalJSON() ([]byte, error) {
	type geometry struct {
		Type        string           `json:"type"`
		Coordinates [][][][2]float64 `json:"coordinates"`
	}
	type properties struct {
		Code  Code   `json:"code"`
		Name  string `json:"name"`
		Note  string `json:"note,omitempty"`
		Datum string `json:"datum"`
	}
	return json.Marshal(struct {
		Type       string     `json:"type"`
		ID         Code       `json:"id"`
		Properties properties `json:"properties"`
		Geometry   geometry   `json:"geometry"`
	}{"Feature", o.Code, properties{o.Code, o.Name, o.Note, "WGS-84"}, geometry{"MultiPolygon", o.Polygons}})
}
