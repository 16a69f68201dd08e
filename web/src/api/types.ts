// The shapes of /api/v1. Names follow the schemas of the server's OpenAPI document, so
// that this file can be exchanged for one that re-exports the generated types.

export interface Problem {
  type?: string;
  title: string;
  status?: number;
  detail?: string;
  code: string;
  where?: string;
  remedy?: string;
  parts?: Problem[] | null;
}

export interface List<T> {
  items: T[] | null;
  next?: string | null;
  total?: number;
}

export interface District {
  name: string;
  region: string;
  demo: boolean;
  version: string;
  now: string;
}

export interface QualityDay {
  day: string;
  score: number | null;
  batches: number;
}

export interface Overview {
  directories: number;
  mounted: number;
  offices: number;
  items: number;
  rows: number;
  batches_today: number;
  rows_today: number;
  quarantined: number;
  held: number;
  failed: number;
  running: number;
  quality_days: QualityDay[] | null;
  tables_bytes: number;
}

export interface Office {
  name: string;
  title: string;
  region: string;
  region_title: string;
  credit?: string;
  directories: number;
  mounted: number;
}

export type BatchState =
  | 'queued' | 'judging' | 'publishing'
  | 'published' | 'held' | 'returned' | 'discarded' | 'failed' | 'cancelled' | 'superseded';

export interface LastBatch {
  id: string;
  label: string;
  state: BatchState;
  at: string;
  grade?: string | null;
}

export interface DirectorySummary {
  name: string;
  title: string;
  office: string;
  office_title: string;
  class: string;
  update: string;
  level: string;
  share_type: string;
  items_count: number;
  mounted: boolean;
  rows: number;
  quarantined: number;
  last_batch: LastBatch | null;
  version: number;
}

export interface Step {
  do: string;
  map?: Record<string, string>;
  list?: string;
  find?: string;
  with?: string;
  forms?: string[];
}

export interface RuleDecl {
  kind: string;
  name?: string;
  title?: string;
  item?: string;
  items?: string[];
  do?: Severity;
  above?: number;
  pattern?: string;
  min?: number;
  max?: number;
  from?: string;
  to?: string;
  values?: string[];
  list?: string;
  levels?: string[];
  within?: string;
  expr?: string;
  table?: string;
  column?: string;
}

export type Severity = 'reject' | 'warn' | 'block';

export interface Item {
  name: string;
  title: string;
  type: string;
  aka?: string[];
  required?: boolean;
  personal?: string;
  clean?: Step[];
}

export interface CodeList {
  name: string;
  title?: string;
  codes: Record<string, string>;
}

export interface Declaration {
  name: string;
  title: string;
  code?: string;
  office: string;
  class?: string;
  abstract: string;
  format?: string;
  share?: { type?: string; condition?: string; way?: string; basis?: string };
  open?: { public?: boolean; condition?: string };
  level?: string;
  update?: string;
  items: Item[];
  rules?: RuleDecl[] | null;
  load?: { mode: string; key?: string[] } | null;
  codes?: CodeList[] | null;
}

export interface DirectoryVersion {
  version: number;
  at: string;
  change: string;
}

export interface GradePoint {
  batch: string;
  label?: string;
  at: string;
  score: number | null;
  grade: string;
}

export interface Directory extends DirectorySummary {
  declaration: Declaration;
  yaml: string;
  versions: DirectoryVersion[] | null;
  grades: GradePoint[] | null;
}

export interface Column {
  name: string;
  title: string;
  type?: string;
  personal?: string;
}

export interface Rows {
  columns: Column[];
  items: (string | number | boolean | null)[][] | null;
  next?: string | null;
  total?: number;
  snapshot?: string | number;
}

export interface Snapshot {
  id: string | number;
  at: string;
  batch?: string;
  operation: string;
  rows: number;
}

export interface Upload {
  upload: string;
  name: string;
  bytes: number;
}

export interface GuessColumn {
  header: string;
  item: string | null;
  name: string;
  title: string;
  type: string;
  type_reason: string;
  personal: string;
  rules: { decl: RuleDecl; reason: string }[] | null;
  clean: { step: Step; reason: string }[] | null;
  blank: number;
  distinct: number;
  samples: string[] | null;
}

export interface Guess {
  format: string;
  encoding: string;
  delimiter: string;
  header: boolean;
  columns: GuessColumn[];
  sample: (string | null)[][] | null;
  rows_estimate: number;
  reasons: Record<string, string>; // of format, encoding, delimiter, header
  yaml: string;
}

export interface Progress {
  stage: string;
  rows: number;
  total: number;
  rows_per_second: number;
  seconds_left: number | null;
}

export interface Decision {
  action: string;
  reason: string;
  at: string;
}

export interface Batch {
  id: string;
  label: string;
  directory: string;
  directory_title: string;
  office_title: string;
  state: BatchState;
  file: string;
  encoding: string;
  bytes: number;
  version: number;
  ruleset: number;
  parent: string | null;
  parent_label: string | null;
  rows_in: number;
  published: number;
  quarantined: number;
  held: number;
  replayed: number;
  started_at: string;
  ended_at: string | null;
  seconds: number;
  progress: Progress | null;
  error: Problem | null;
  decision: Decision | null;
  held_seconds: number | null;
  score: number | null;
  grade: string | null;
}

export interface Finding {
  rule: string;
  kind: string;
  title: string;
  items: string[] | null;
  do: Severity;
  norm: string;
  dim: string;
  bad: boolean;
  rows: number;
  of: number;
  limit?: number | null; // per cent
  verdict: 'passed' | 'broken' | 'blocked';
  value?: string;
  share: number | null; // 0 to 1
  x: number | null; // 0 to 1
}

export interface Sample {
  line: number;
  cells: (string | null)[];
  rules: string[] | null;
  broken: string[] | null;
}

export interface Concentration {
  item: string;
  kind: 'value' | 'time' | 'pattern';
  value: string;
  rows: number;
  share: number;
  base: number;
}

export interface Cure {
  item: string;
  step: Step;
  mends: number;
  of: number;
}

export interface Suspicion {
  rule: string;
  by: Concentration[] | null;
  cure?: Cure | null;
}

export interface DimensionScore {
  dim: string;
  title: string;
  score: number | null;
  rules: number;
}

export interface WordScore {
  name: string;
  title: string;
  score: number | null;
}

export interface TrendPoint {
  batch: string;
  label: string;
  at: string;
  score: number | null;
  rows_in: number;
  quarantined: number;
}

export interface Balance {
  rows_in: number;
  published: number;
  quarantined: number;
  held: number;
  replayed: number;
  ok: boolean;
}

export interface Report {
  batch: Batch;
  findings: Finding[] | null;
  samples: Sample[] | null;
  columns: Column[];
  suspicion: Suspicion | null;
  dimensions: DimensionScore[];
  four: WordScore[];
  score: number | null; // 0 to 100, as those of dimensions and words
  grade: string;
  trend: TrendPoint[] | null;
  balance: Balance;
  reasons: Record<string, string>; // rule → why a cell breaks it
}

export interface QuarantineRow {
  row: string;
  cells: (string | null)[];
  raw?: string; // the whole line, where it could not be parsed
  rules: string[] | null;
  broken: string[] | null;
}

export interface Quarantine extends List<QuarantineRow> {
  columns: Column[];
}

export interface Trial {
  of: number;
  mends: number;
  sample: { before: string | null; after: string | null }[] | null;
}

export interface Task {
  id: string;
  kind: string;
  key: string;
  state: string;
  stage: string;
  rows: number;
  total: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface RuleKind {
  name: string;
  title: string;
  norm: string;
  dimension: string;
  params: { name: string; required: boolean; help: string }[] | null;
  do?: Severity; // unless declared otherwise
  example: string;
  help: string;
}

export interface StepKind {
  name: string;
  title: string;
  help: string;
}

export interface Kinds {
  rules: RuleKind[];
  steps: StepKind[];
}

export interface Saved {
  name: string;
  version: number;
  created: boolean;
  changed: boolean;
}
