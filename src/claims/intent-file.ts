import { Claim } from './claim';
import { finding, Path, Place, Finding } from '../findings/finding';
import { isObject, LabelSelector, NAMESPACE_NAME_LABEL } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { readDocuments } from '../manifests/read-text';
import { parsePortQuery, PortQuery } from '../query/ports';
import { FieldErrors, isAbsent, fieldFindings, FieldPath } from '../validation/field-errors';
import { validateLabelSelector } from '../validation/labels';

/** An endpoint as an intent writes it: a name or an address, or a selector of pods. */
export type WrittenEndpoint = { readonly place: Place } & (
  | { readonly text: string }
  /** `name` is how messages call it. */
  | { readonly name: string; readonly namespaces: LabelSelector; readonly pods: LabelSelector });

/** An intent as it is written. */
export interface WrittenIntent {
  readonly kind: Claim['kind'];
  /** One of allowed and denied; several, or none, of only. */
  readonly sources: readonly WrittenEndpoint[];
  /** One of allowed, denied and only; several, or none, of onlyTo. */
  readonly destinations: readonly WrittenEndpoint[];
  readonly ports?: readonly PortQuery[];
  readonly description?: string;
  readonly place: Place;
}

const KINDS: readonly Claim['kind'][] = ['allowed', 'denied', 'only', 'onlyTo'];
const EXAMPLE = "write 'allowed:' and under it '- { from: app/frontend, to: app/backend, port: tcp/8080 }'";

/** Reads the intents of a YAML text. Several documents are one. */
export function readIntents(file: string, content: Buffer): { intents: WrittenIntent[]; problems: Finding[] } {
  const { documents, findings: problems } = readDocuments(file, content, 'yaml');
  const intents: WrittenIntent[] = [];
  for (const { value, origin } of documents) {
    const reader = new IntentReader(path => origin.at(path));
    intents.push(...reader.read(value));
    problems.push(...fieldFindings(reader.errors.errors, origin, { code: 'NP211' }));
  }
  if (intents.length === 0 && problems.length === 0) {
    problems.push(finding('NP213', { file }, 'there is no intent in this file', { fix: EXAMPLE }));
  }
  return { intents, problems };
}

/** Reads intents, collecting what is wrong with them. */
class IntentReader {
  public readonly errors = new FieldErrors();

  constructor(private readonly placeOf: (path: Path) => Place) {}

  public read(document: unknown): WrittenIntent[] {
    const advice = (field: string) => field === 'kind' || field === 'apiVersion'
      ? `an intent file is no Kubernetes object: its fields are ${KINDS.join(', ')}`
      : undefined;
    const fields = this.errors.object(document, [], KINDS, advice) ?? {};
    // In the order of the file.
    const kinds = (isObject(document) ? Object.keys(document) : []).flatMap(key => KINDS.filter(kind => kind === key));
    return kinds.flatMap(kind => this.errors.list(fields[kind], [kind])
      .map((entry, i) => this.intent(kind, entry, [kind, i])))
      .filter(intent => intent !== undefined);
  }

  private intent(kind: Claim['kind'], value: unknown, path: Path): WrittenIntent | undefined {
    if (isAbsent(value)) {
      this.errors.add('FieldValueRequired', path, 'this entry is empty', { fix: 'write { from: app/frontend, to: app/backend }' });
      return undefined;
    }
    const fields = this.errors.object(value, path, ['from', 'to', 'port', 'ports', 'description']);
    if (fields === undefined) { return undefined; }
    const side = (field: 'from' | 'to', several: boolean) => several
      ? this.endpoints(fields[field], [...path, field])
      : this.single(fields[field], [...path, field], kind);
    const sources = side('from', kind === 'only');
    const destinations = side('to', kind === 'onlyTo');
    const ports = this.ports(fields.port, fields.ports, path);
    const description = this.errors.text(fields.description, [...path, 'description']);
    return sources && destinations && {
      kind, sources, destinations, ports, description: description || undefined, place: this.placeOf(path),
    };
  }

  private single(value: unknown, path: Path, kind: Claim['kind']): WrittenEndpoint[] | undefined {
    if (Array.isArray(value)) {
      const reason = kind === 'allowed' || kind === 'denied' ? 'write an entry for each' : `'${kind}' is about one`;
      this.errors.add('WrongType', path, 'must be one endpoint, not a list', { fix: reason });
      return undefined;
    }
    const endpoint = this.endpoint(value, path);
    return endpoint && [endpoint];
  }

  /** A list: none is nobody, but one that was forgotten is not. */
  private endpoints(value: unknown, path: Path): WrittenEndpoint[] | undefined {
    if (!Array.isArray(value)) {
      const written = typeof value === 'string' ? value : 'app/backend';
      this.errors.add('WrongType', path, isAbsent(value) ? 'is missing' : 'must be a list', { fix: `write [${written}], or [] for nobody` });
      return undefined;
    }
    const endpoints = value.map((item, i) => this.endpoint(item, [...path, i]));
    return endpoints.every(e => e !== undefined) ? endpoints : undefined;
  }

  private endpoint(value: unknown, path: Path): WrittenEndpoint | undefined {
    const place = this.placeOf(path);
    if (typeof value === 'string') { return { text: value, place }; }
    const forms = 'write namespace/name, an IP address, a CIDR block, or { namespace: app, podSelector: { matchLabels: … } }';
    if (isAbsent(value) || typeof value !== 'object' || Array.isArray(value)) {
      this.errors.add('FieldValueRequired', path, isAbsent(value) ? 'is missing' : 'is no endpoint', { fix: forms });
      return undefined;
    }
    const before = this.errors.errors.length;
    const fields = this.errors.object(value, path, ['namespace', 'namespaceSelector', 'podSelector'])!;
    const namespace = this.errors.text(fields.namespace, [...path, 'namespace']);
    validateLabelSelector(this.errors, fields.namespaceSelector, FieldPath.to(...path, 'namespaceSelector'));
    validateLabelSelector(this.errors, fields.podSelector, FieldPath.to(...path, 'podSelector'));
    if (isAbsent(fields.namespace) === isAbsent(fields.namespaceSelector)) {
      this.errors.add('FieldValueRequired', path, isAbsent(fields.namespace) ? 'does not say which namespace' : 'has both namespace and namespaceSelector', {
        fix: "write one of 'namespace: app' and 'namespaceSelector: { matchLabels: … }' ('namespaceSelector: {}' is every namespace)",
      });
    }
    if (this.errors.errors.length > before) { return undefined; }
    const namespaces = namespace ? { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } } : fields.namespaceSelector as LabelSelector;
    const pods = fields.podSelector as LabelSelector ?? {};
    const where = namespace ? `namespace ${namespace}` : `namespaces ${Selector.from(namespaces)}`;
    const selected = Selector.from(pods);
    return { name: `${selected.isEverything ? 'every pod' : `pods ${selected}`} of ${where}`, namespaces, pods, place };
  }

  private ports(port: unknown, ports: unknown, path: Path): PortQuery[] | undefined {
    if (!isAbsent(port) && !isAbsent(ports)) {
      this.errors.add('FieldValueForbidden', [...path, 'ports'], "has both 'port' and 'ports'", { fix: 'write them all under ports' });
    }
    if (!isAbsent(port)) { return this.port(port, [...path, 'port']); }
    if (isAbsent(ports)) { return undefined; }
    if (Array.isArray(ports) && ports.length === 0) {
      this.errors.add('FieldValueRequired', [...path, 'ports'], 'is empty', { fix: 'name a port, or leave it out' });
    }
    return this.errors.list(ports, [...path, 'ports']).flatMap((item, i) => this.port(item, [...path, 'ports', i]));
  }

  private port(value: unknown, path: Path): PortQuery[] {
    const port = typeof value === 'string' || typeof value === 'number'
      ? parsePortQuery(String(value))
      : 'is not a port: write it as tcp/8080, udp/5000-5010 or tcp/http';
    if (typeof port !== 'string') { return [port]; }
    this.errors.add('FieldValueInvalid', path, port);
    return [];
  }
}
