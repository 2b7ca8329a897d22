import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as https from 'https';
import * as os from 'os';
import * as path from 'path';
import { Access } from './server';

/** The API server of this run; undefined if there is none, of which start.ts has warned. */
const access: Access | undefined = process.env.APISERVER_ACCESS === undefined ? undefined : JSON.parse(process.env.APISERVER_ACCESS);

/** `describe` if there is a server, and `describe.skip` otherwise. */
export const describeOnServer = access === undefined ? describe.skip : describe;

/** The answer of the server. */
export interface Response {
  readonly status: number;
  readonly body: any;
}

/** How an object is sent: as by `kubectl create` or by `kubectl apply --server-side`. */
export type Way = 'create' | 'apply';

const STRICT = 'fieldValidation=Strict&fieldManager=test';
const agent = new https.Agent({ keepAlive: true });

/** Sends one request, with a JSON body if there is one. */
export function request(method: string, url: string, body?: unknown, contentType = 'application/json'): Promise<Response> {
  const { port, token, certificate } = access!;
  return new Promise((resolve, reject) => {
    const sent = https.request({
      host: '127.0.0.1', port, ca: certificate, agent, method, path: url, headers: { 'authorization': `Bearer ${token}`, 'content-type': contentType },
    }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk)).on('error', reject)
        .on('end', () => resolve({ status: response.statusCode!, body: parsed(Buffer.concat(chunks).toString()) }));
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The server's answer to a policy. It does not store the policy. */
export function tryPolicy(policy: any): Promise<Response> {
  const written = policy?.metadata?.namespace;
  const namespace = typeof written === 'string' && written !== '' ? written : 'default';
  return request('POST', `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/networkpolicies?dryRun=All&${STRICT}`, policy);
}

/** Stores an object with strict validation. Throws if the server refuses it. */
export async function store(object: any, way: Way): Promise<void> {
  const { status, body } = way === 'create'
    ? await request('POST', `${await collectionOf(object)}?${STRICT}`, object)
    : await request('PATCH', `${await urlOf(object)}?${STRICT}&force=true`, object, 'application/apply-patch+yaml');
  if (status !== 200 && status !== 201) { throw new Error(`the server refuses ${nameOf(object)}: ${body.message ?? body}\n${JSON.stringify(object, null, 2)}`); }
}

/** An object as the server has stored it. */
export async function read(object: any): Promise<any> {
  const { status, body } = await request('GET', await urlOf(object));
  if (status !== 200) { throw new Error(`the server has no ${nameOf(object)}: ${body.message ?? body}`); }
  return body;
}

/** Deletes an object. Namespaces stay, because no controller runs that would finalize them. */
export async function remove(object: any): Promise<void> {
  if (object.kind === 'Namespace') { return; }
  const { status, body } = await request('DELETE', `${await urlOf(object)}?gracePeriodSeconds=0`);
  if (status !== 200) { throw new Error(`the server does not delete ${nameOf(object)}: ${body.message ?? body}`); }
}

/** Runs kubectl with manifests in dist/, and returns its output. Throws if it fails. */
export function kubectl(args: readonly string[], objects: readonly object[]): string {
  const { port, token, certificate, kubectl: command } = access!;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubectl-'));
  try {
    fs.writeFileSync(path.join(folder, 'ca.crt'), certificate);
    fs.mkdirSync(path.join(folder, 'dist'));
    fs.writeFileSync(path.join(folder, 'dist', 'objects.json'), objects.map(object => JSON.stringify(object)).join('\n'));
    const { status, stdout, stderr, error } = spawnSync(command, [
      '--kubeconfig=', `--cache-dir=${path.join(folder, 'cache')}`, `--server=https://127.0.0.1:${port}`, `--token=${token}`, '--certificate-authority=ca.crt', ...args,
    ], { cwd: folder, encoding: 'utf8', timeout: 30_000 });
    if (status !== 0) { throw new Error(`kubectl ${args.join(' ')}: ${error?.message ?? stderr}`); }
    return stdout;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Runs a shell script whose `kubectl` talks to the server. Throws if it fails. */
export function shell(script: string): void {
  const { port, token, certificate, kubectl: command } = access!;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kubectl-'));
  try {
    fs.writeFileSync(path.join(folder, 'ca.crt'), certificate);
    const options = `--kubeconfig= --cache-dir='${folder}/cache' --server=https://127.0.0.1:${port} --token=${token} --certificate-authority='${folder}/ca.crt'`;
    fs.writeFileSync(path.join(folder, 'kubectl'), `#!/bin/sh\nexec '${command}' ${options} "$@"\n`, { mode: 0o755 });
    const { status, stderr, error } = spawnSync('sh', [], {
      input: script, encoding: 'utf8', timeout: 60_000, env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, NETPOL_PAUSE: '0' },
    });
    if (status !== 0) { throw new Error(`${error?.message ?? stderr}\n${script}`); }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function nameOf({ kind, metadata }: any): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

async function urlOf(object: any): Promise<string> {
  return `${await collectionOf(object)}/${object.metadata.name}`;
}

const groups = new Map<string, Promise<Response>>();

/** The URL of the collection for objects of this kind and namespace, by the server's discovery. */
async function collectionOf({ apiVersion, kind, metadata }: any): Promise<string> {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  if (!groups.has(group)) { groups.set(group, request('GET', group)); }
  const { body } = await groups.get(group)!;
  const resource = body.resources?.find((r: any) => r.kind === kind && !r.name.includes('/'));
  if (resource === undefined) { throw new Error(`the server does not know ${apiVersion} ${kind}`); }
  return `${group}/${resource.namespaced ? `namespaces/${metadata.namespace ?? 'default'}/` : ''}${resource.name}`;
}
