// Command gen turns the national list of communities into the compact file that the
// region room embeds. Run it by `go generate ./internal/region` when the list changes.
//
// Layout of communities.bin, all numbers unsigned varints: the number of streets; for each
// street in ascending order the difference of its nine digits to the street before, the
// number of its communities, and for each of those in ascending order the difference of
// its last three digits to the one before. A district the list names without communities
// (金门县 is one) stands as a street of three zeros with none.
package main

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
)

func main() {
	codes, err := read("data/villages.csv.gz")
	if err != nil {
		log.Fatal(err)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	if err := os.WriteFile("data/communities.bin", encode(codes), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("data/communities.bin: %d codes\n", len(codes))
}

func read(path string) ([]uint64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(z)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return nil, err
	}
	var codes []uint64
	for {
		rec, err := r.Read()
		if err == io.EOF {
			return codes, nil
		}
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseUint(rec[0], 10, 64)
		if err != nil || len(rec[0]) != 12 || n%1000 != 0 && n/1000%1000 == 0 {
			return nil, fmt.Errorf("gen: %q is not the code of a community", rec[0])
		}
		codes = append(codes, n)
	}
}

func encode(codes []uint64) []byte {
	var body []byte
	var streets, before uint64
	for i := 0; i < len(codes); streets++ {
		street, j := codes[i]/1000, i
		for j < len(codes) && codes[j]/1000 == street {
			j++
		}
		body = binary.AppendUvarint(body, street-before)
		if codes[i]%1000 == 0 {
			i++
		}
		body = binary.AppendUvarint(body, uint64(j-i))
		var last uint64
		for ; i < j; i++ {
			body = binary.AppendUvarint(body, codes[i]%1000-last)
			last = codes[i] % 1000
		}
		before = street
	}
	return append(binary.AppendUvarint(nil, streets), body...)
}
