# chengshu: one binary. `make help` lists what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := bin/chengshu
GO_SOURCES := $(shell find cmd internal web -name '*.go' -not -path '*/node_modules/*') go.mod go.sum
EMBEDDED := $(shell find internal -type f \( -name '*.sql' -o -name '*.yaml' -o -name '*.csv' -o -name '*.bin' -o -name '*.geojson' -o -name '*.json' \) -not -path '*/testdata/*')
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/package.json web/package-lock.json web/vite.config.ts web/tsconfig.json
STATICCHECK := .tools/bin/staticcheck

.PHONY: help run build arm64 web test test-go test-fuzz test-web test-crash test-api test-docs test-e2e shots pictures check generate setup setup-web bench clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

run: build ## build, then start the demo district on 127.0.0.1:8080
	@exec ./$(BIN) demo

build: $(BIN) ## build the pages and the binary: bin/chengshu

$(BIN): $(GO_SOURCES) $(EMBEDDED) web/dist/index.html
	@scripts/setup go
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/chengshu

arm64: web/dist/index.html ## cross-build bin/chengshu-arm64 and run it under qemu
	@scripts/setup go
	@VERSION=$(VERSION) scripts/arm64 prove

web: web/dist/index.html ## build the pages alone

web/dist/index.html: $(WEB_SOURCES) | setup-web
	cd web && npm run --silent build
	@touch $@

setup-web:
	@scripts/setup web

setup: ## install what the tests need: Chromium, fonts, the linter, the pages' packages, schemathesis
	@scripts/setup go web browser tools lint asked

test: setup ## run every test: Go with the race detector, pages, crashes, Chromium
	@$(MAKE) --no-print-directory build
	@scripts/test

test-go: ## Go tests with the race detector
	@scripts/test go

test-fuzz: ## every fuzz target 1,000 times
	@scripts/test fuzz

test-web: setup-web ## unit tests of the pages
	@scripts/test web

test-crash: build ## kill -9 at random points: 50 rounds of loads, 50 of calls
	@scripts/test crash

test-api: build ## every operation of the OpenAPI documents, as each role
	@scripts/setup asked
	@scripts/test api

test-docs: build ## what the tutorial and README tell readers to run, run
	@scripts/test docs

test-e2e: build ## the pages in Chromium, against the demo district
	@scripts/setup web browser
	@scripts/test e2e

shots: build ## take those pictures of the pages anew that have changed: web/e2e/shots
	@scripts/setup web browser
	@scripts/test shots

pictures: build ## take the pictures of the documents anew: docs/pictures
	@scripts/setup web browser
	@scripts/test pictures

check: ## lint, and prove that generated files are fresh
	@scripts/setup go web lint
	@$(MAKE) --no-print-directory build
	@scripts/check

generate: build ## write the generated files anew: reference, OpenAPI, client, schemas
	@scripts/generate

bench: build ## print the figures of docs/benchmarks.md (long: 10 M rows)
	@for b in clock flow ledger store lake start gateway ingest verify; do ./$(BIN) bench $$b --json; done

clean: ## remove what was built
	rm -rf bin web/dist/assets web/dist/*.html web/test-results
