import { CLAIM_KINDS, ClaimKind } from './claim';
import { Party } from './party';
import { Finding, finding, Path, Place, printable } from '../findings/finding';
import { Cidr, FAMILY_RANGE, parseCidr, subtractRanges } from '../k8s/address';
import { dnsLabelErrors } from '../k8s/names';
import { isObject, LabelSelector } from '../k8s/objects';
import { PUBLIC_INTERNET } from '../k8s/public-internet';
import { Selector } from '../k8s/selector';
import { readDocuments } from '../manifests/read-text';
import { namespaceNamed } from '../query/parties';
import { parsePortQuery, PortQuery } from '../query/ports';
import { FieldErrors, fieldFindings, FieldPath, isAbsent } from '../validation/field-errors';
import { validateLabelSelector } from '../validation/labels';

/** An endpoint as an intent file writes it: the name of a workload, an address or a block; or a word, or a selector of pods. */
export type WrittenEndpoint = { readonly place: Place } & ({ readonly text: string } | { readonly party: Party });

/** The words for endpoints that need no name. */
export const WORDS: Readonly<Record<'dns' | 'internet' | 'anything', Party>> = {
  dns: {
    name: 'dns',
    parts: [{ kind: 'selected', namespaces: namespaceNamed('kube-system'), pods: Selector.labels({ 'k8s-app': 'kube-dns' }), ports: [] }],
    ownPorts: [{ protocol: 'UDP', first: 53, last: 53 }, { protocol: 'TCP', first: 53, last: 53 }],
  },
  internet: {
    name: 'internet',
    parts: PUBLIC_INTERNET.map(({ ipBlock }) => ({
      kind: 'addresses', block: ipBlock, ranges: subtractRanges(parseCidr(ipBlock!.cidr) as Cidr, ipBlock!.except!.map(block => parseCidr(block) as Cidr)),
    })),
  },
  anything: {
    name: 'anything',
    parts: [
      { kind: 'selected', namespaces: Selector.everything, pods: Selector.everything, ports: [] },
      { kind: 'addresses', ranges: [FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6] },
    ],
  },
};

/** A claim as an intent file writes it. */
export interface WrittenIntent {
  readonly kind: ClaimKind;
  /** Any number for `admitsOnly`, one for the other claims. */
  readonly sources: readonly WrittenEndpoint[];
  /** Any number for `reachesOnly`, one for the other claims. */
  readonly destinations: readonly WrittenEndpoint[];
  readonly ports?: readonly PortQuery[];
  readonly description?: string;
  readonly strict?: boolean;
  /** `scope: DECLARED`: the parties that the claim names mean their declared pods only. */
  readonly onlyDeclared?: boolean;
  /** The cluster that it is about. Absent: every cluster of the input. */
  readonly cluster?: string;
  readonly place: Place;
}

const EXAMPLE = "write 'allowed:' and under it '- { from: app/frontend, to: app/backend, port: tcp/8080 }'";

/** The names that fields had in early versions, and the verbs that the jest matchers have. */
const RENAMED: Readonly<Record<string, ClaimKind>> = {
  only: 'admitsOnly', onlyTo: 'reachesOnly', allow: 'allowed', deny: 'denied', admitOnly: 'admitsOnly', reachOnly: 'reachesOnly',
};

/** What an intent file says. */
export interface IntentFile {
  readonly intents: WrittenIntent[];
  /** The number of entries that cannot be read. They have findings, and do not stop the others. */
  readonly faulty: number;
  readonly findings: Finding[];
}

/** Reads the intents of a YAML text, those of several documents as one list. Each finding has a file, a line and a column. */
export function readIntents(file: string, content: Buffer): IntentFile {
  const { documents, findings } = readDocuments(file, content, 'yaml');
  const intents: WrittenIntent[] = [];
  let faulty = 0;
  for (const { value, origin } of documents) {
    const reader = new IntentReader(path => origin.at(path));
    intents.push(...reader.read(value));
    faulty += reader.faulty;
    findings.push(...fieldFindings(reader.errors.errors, origin, { code: 'NP211' }));
  }
  if (intents.length === 0 && findings.length === 0) {
    findings.push(finding('NP213', { file }, 'this file has no intent', { fix: EXAMPLE }));
  }
  return { intents, faulty, findings };
}

/** Reads intents and collects what is wrong with them. */
class IntentReader {
  public readonly errors = new FieldErrors();
  /** The number of entries that cannot be read. */
  public faulty = 0;

  constructor(private readonly placeOf: (path: Path) => Place) {}

  public read(document: unknown): WrittenIntent[] {
    const fix = (field: string) => field === 'kind' || field === 'apiVersion'
      ? `an intent file is not a Kubernetes object: write ${CLAIM_KINDS.join(', ')}`
      : Object.hasOwn(RENAMED, field) ? `write '${RENAMED[field]}'` : undefined;
    const fields = this.errors.object(document, [], CLAIM_KINDS, fix) ?? {};
    // In the order of the file.
    const kinds = (isObject(document) ? Object.keys(document) : []).flatMap(key => CLAIM_KINDS.filter(kind => kind === key));
    return kinds.flatMap(kind => this.errors.list(fields[kind], [kind]).flatMap((entry, i) => {
      const before = this.errors.errors.length;
      const intent = this.intent(kind, entry, [kind, i]);
      if (intent !== undefined && this.errors.errors.length === before) { return [intent]; }
      this.faulty++;
      return [];
    }));
  }

  private intent(kind: ClaimKind, value: unknown, path: Path): WrittenIntent | undefined {
    if (isAbsent(value)) {
      return this.refuse(path, 'this entry is empty', 'write { from: app/frontend, to: app/backend }');
    }
    const fields = this.errors.object(value, path, ['from', 'to', 'port', 'ports', 'description', 'strict', 'scope', 'cluster']);
    if (fields === undefined) { return undefined; }
    const side = (field: 'from' | 'to', isList: boolean) => isList
      ? this.list(fields[field], [...path, field])
      : this.single(fields[field], [...path, field], kind);
    const sources = side('from', kind === 'admitsOnly');
    const destinations = side('to', kind === 'reachesOnly');
    const ports = this.ports(fields.port, fields.ports, path);
    const description = this.errors.text(fields.description, [...path, 'description']);
    const strict = this.flag(fields.strict, [...path, 'strict']);
    const onlyDeclared = this.scope(fields.scope, [...path, 'scope']);
    const cluster = this.errors.text(fields.cluster, [...path, 'cluster']) || undefined;
    return sources && destinations && {
      kind, sources, destinations, ports, description: description === undefined || description === '' ? undefined : printable(description.trim().replace(/\s+/g, ' ')), strict, onlyDeclared, cluster, place: this.placeOf(path),
    };
  }

  private refuse(path: Path, message: string, fix?: string): undefined {
    // The type of the error is not shown: every error of an intent file has the same code.
    this.errors.add('FieldValueInvalid', path, message, { fix });
  }

  private single(value: unknown, path: Path, kind: ClaimKind): WrittenEndpoint[] | undefined {
    if (Array.isArray(value)) {
      const fix = kind === 'allowed' || kind === 'denied' ? 'write an entry for each' : `'${kind}' is about one endpoint`;
      return this.refuse(path, 'must be one endpoint, not a list', fix);
    }
    const endpoint = this.endpoint(value, path);
    return endpoint && [endpoint];
  }

  /** A list may be empty, but it must be written. */
  private list(value: unknown, path: Path): WrittenEndpoint[] | undefined {
    if (!Array.isArray(value)) {
      const written = typeof value === 'string' ? value : 'app/backend';
      return this.refuse(path, isAbsent(value) ? 'is missing' : 'must be a list', `write [${written}], or [] for no endpoint`);
    }
    const endpoints = value.map((item, i) => this.endpoint(item, [...path, i]));
    return endpoints.every(e => e !== undefined) ? endpoints : undefined;
  }

  private endpoint(value: unknown, path: Path): WrittenEndpoint | undefined {
    const place = this.placeOf(path);
    if (typeof value === 'string') { return Object.hasOwn(WORDS, value) ? { party: WORDS[value as keyof typeof WORDS], place } : { text: value, place }; }
    if (!isObject(value)) {
      return this.refuse(path, isAbsent(value) ? 'is missing' : 'is not an endpoint', 'write namespace/name, svc/NAMESPACE/NAME, an IP address, a CIDR block, dns, internet, anything, or { namespace: app, labels: { … } }');
    }
    return this.selector(value, path, place);
  }

  private selector(value: object, path: Path, place: Place): WrittenEndpoint | undefined {
    const before = this.errors.errors.length;
    const fields = this.errors.object(value, path, [
      'namespace', 'namespaceLabels', 'namespaceSelector', 'labels', 'matchExpressions', 'podSelector',
    ])!;
    const namespace = isAbsent(fields.namespace) ? undefined : this.errors.text(fields.namespace, [...path, 'namespace']);
    const [nameError] = namespace === undefined ? [] : dnsLabelErrors(namespace);
    if (nameError !== undefined) { this.refuse([...path, 'namespace'], nameError, 'write the name of a namespace'); }
    const namespaceLabels = isAbsent(fields.namespaceLabels) ? undefined : { matchLabels: fields.namespaceLabels };
    const written = { matchLabels: fields.labels, matchExpressions: fields.matchExpressions };
    // The short fields stand for the fields of a selector, whose places are those of the API.
    this.validateShort(namespaceLabels, path, { matchLabels: 'namespaceLabels' });
    this.validateShort(written, path, { matchLabels: 'labels', matchExpressions: 'matchExpressions' });
    validateLabelSelector(this.errors, fields.namespaceSelector, FieldPath.to(...path, 'namespaceSelector'));
    validateLabelSelector(this.errors, fields.podSelector, FieldPath.to(...path, 'podSelector'));
    const given = ['namespace', 'namespaceLabels', 'namespaceSelector'].filter(field => !isAbsent(fields[field]));
    if (given.length !== 1) {
      this.refuse(path, given.length === 0 ? 'has no namespace' : `has both ${given[0]} and ${given[1]}`, "write either 'namespace: app' or 'namespaceLabels: { … }' ('namespaceLabels: {}' is every namespace)");
    }
    if (!isAbsent(fields.podSelector) && !(isAbsent(fields.labels) && isAbsent(fields.matchExpressions))) {
      this.refuse([...path, 'podSelector'], 'is written beside labels or matchExpressions', 'write only one of them');
    }
    if (this.errors.errors.length > before) { return undefined; }
    const byLabels = (namespaceLabels ?? fields.namespaceSelector) as LabelSelector;
    const namespaces = namespace === undefined ? Selector.from(byLabels) : namespaceNamed(namespace);
    const pods = Selector.from(fields.podSelector as LabelSelector ?? written as LabelSelector);
    const where = namespace !== undefined ? `namespace ${namespace}` : namespaces.isEverything ? 'every namespace' : `namespaces ${namespaces}`;
    const name = `${pods.isEverything ? 'every pod' : `pods ${pods}`} of ${where}`;
    return { party: { name, parts: [{ kind: 'selected', namespaces, pods, ports: [] }] }, place };
  }

  /** Validates fields of a selector that are written one level higher, under these names. */
  private validateShort(selector: object | undefined, path: Path, names: Readonly<Record<string, string>>): void {
    const errors = new FieldErrors();
    validateLabelSelector(errors, selector, FieldPath.to());
    const renamed = ([field, ...rest]: Path): Path => [...path, names[field], ...rest];
    this.errors.errors.push(...errors.errors.map(error => ({ ...error, path: renamed(error.path), place: error.place && renamed(error.place) })));
  }

  private ports(port: unknown, ports: unknown, path: Path): PortQuery[] | undefined {
    if (!isAbsent(port) && !isAbsent(ports)) {
      this.refuse([...path, 'ports'], "has both 'port' and 'ports'", 'write them all under ports');
    }
    if (!isAbsent(port)) { return this.port(port, [...path, 'port']); }
    if (isAbsent(ports)) { return undefined; }
    if (Array.isArray(ports) && ports.length === 0) {
      this.refuse([...path, 'ports'], 'is empty', 'write a port, or leave the field out');
    }
    return this.errors.list(ports, [...path, 'ports']).flatMap((item, i) => this.port(item, [...path, 'ports', i]));
  }

  private port(value: unknown, path: Path): PortQuery[] {
    const port = typeof value === 'string' || typeof value === 'number'
      ? parsePortQuery(String(value))
      : 'is not a port: write it as tcp/8080, udp/5000-5010 or tcp/http';
    if (typeof port !== 'string') { return [port]; }
    this.refuse(path, port);
    return [];
  }

  private scope(value: unknown, path: Path): boolean | undefined {
    const text = isAbsent(value) ? undefined : this.errors.text(value, path);
    if (text !== undefined) { this.errors.supported(text, path, ['POSSIBLE', 'DECLARED'], 'write DECLARED, or leave the field out'); }
    return text === 'DECLARED' ? true : undefined;
  }

  private flag(value: unknown, path: Path): boolean | undefined {
    if (isAbsent(value) || typeof value === 'boolean') { return value ?? undefined; }
    return this.refuse(path, 'must be true or false');
  }
}
