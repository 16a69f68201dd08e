import type { Page } from '@playwright/test';
import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

// The pages' types are made of the OpenAPI document: what the server sends is what it says.

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>>;
  components: object;
}

export type Judge = (method: string, path: string, status: number, type: string, body: unknown) => string[];

/** Judges answers by the document that the server gives of itself. */
export async function judge(page: Page): Promise<Judge> {
  const doc = (await (await page.request.get('/openapi.json')).json()) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'doc', components: doc.components });
  const routes = Object.entries(doc.paths).map(([path, of]) => ({ path, of, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));
  const made = new Map<object, ValidateFunction>();
  const validator = (schema: object) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"doc#/');
    const v = made.get(schema) ?? ajv.compile(JSON.parse(text) as object);
    made.set(schema, v);
    return v;
  };
  return (method, path, status, type, body) => {
    const route = routes.find((r) => r.pattern.test(path));
    const responses = route?.of[method.toLowerCase()]?.responses;
    const schema = (responses?.[status] ?? responses?.default)?.content?.[type]?.schema;
    if (!schema) return [`${method} ${path}: ${status} ${type} is not in the document`];
    const v = validator(schema);
    return v(body) ? [] : (v.errors ?? []).map((e) => `${method} ${path}: ${e.instancePath} ${e.message}`);
  };
}

/** Judges every answer that the page gets; heard waits for the bodies that are still coming. */
export async function contract(page: Page) {
  const judged = await judge(page);
  const wrong: string[] = [];
  const seen = new Set<string>();
  let waiting: Promise<void>[] = [];
  page.on('response', (res) => {
    const path = new URL(res.url()).pathname;
    const type = (res.headers()['content-type'] ?? '').split(';')[0] ?? '';
    if (!path.startsWith('/api/v1/') || !type.includes('json')) return;
    seen.add(path);
    waiting.push(res.json().then(
      (body: unknown) => void wrong.push(...judged(res.request().method(), path, res.status(), type, body)),
      () => undefined, // the page had been left before its answer came
    ));
  });
  const heard = async () => {
    await Promise.all(waiting);
    waiting = [];
  };
  return { judged, wrong, seen, heard };
}
