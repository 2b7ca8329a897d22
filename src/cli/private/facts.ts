import { existsSync, realpathSync } from 'fs';
import { join } from 'path';
import { InputOptions, readNamedText } from './input';
import { BadInputError, Io } from './io';
import { LintConfig, NO_LINT_CONFIG, readLintConfig } from './lint-config';
import { StatedNamespace } from '../../cluster/cluster';
import { Finding, finding, Origin, Path } from '../../findings/finding';
import { Cidr, cidrFix, parseCidr } from '../../k8s/address';
import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../../k8s/names';
import { NetworkPlugin, readNetworkPlugin } from '../../k8s/network-plugins';
import { haveSameLabels, isObject, NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { STDIN } from '../../manifests/files';
import { readDocuments } from '../../manifests/read-text';
import { FieldErrors, fieldFindings, isAbsent } from '../../validation/field-errors';

/*
 * Facts that the manifests do not have: namespaces that are made elsewhere, with their labels, the blocks of pod addresses, and the network plugin. They come
 * from `--assume-namespaces`, `--pod-cidr` and `--cni`, and from a configuration file, which may also say how folders are rendered and what `lint` reports.
 */

/** The configuration file of the working directory, which is read without `--config`. */
export const DEFAULT_CONFIG = 'netpol.yaml';

/** The values of `--render`, and of `render` in the configuration file. The first is the default. */
export const RENDER_CHOICES: readonly string[] = ['auto', 'never', 'always'];

const CIDR_FIX = 'write a block such as 10.0.0.0/8 or fd00::/8';

/** What was read. */
export interface FactsRead {
  readonly namespaces: readonly StatedNamespace[];
  readonly podCidrs: readonly Cidr[];
  readonly plugin?: NetworkPlugin;
  /** How the configuration file wants folders rendered, and the files of values for charts; see InputOptions. */
  readonly render?: string;
  readonly values: readonly string[];
  /** What the configuration file says about `lint`. */
  readonly lint: LintConfig;
  readonly findings: readonly Finding[];
  /** Real paths of the files that were read. */
  readonly files: readonly string[];
  /** The contents of the files that were read, by the names that the user gave them. */
  readonly contents: ReadonlyMap<string, string>;
}

/**
 * Reads the facts of the options and of the configuration file.
 * @throws BadInputError if a file cannot be read
 */
export async function readFacts({ paths, assumeNamespaces = [], podCidr = [], cni, config, folder = '', version }: InputOptions, io: Io): Promise<FactsRead> {
  const reader = new FactReader(version?.rename);
  for (const text of podCidr) { reader.readPodCidr(text); }
  for (const value of assumeNamespaces) {
    const [name, labels] = split(value, ':');
    if (isName(name)) {
      reader.readValue(name, labels);
    } else if (value !== STDIN && !existsSync(value)) {
      throw new BadInputError(`--assume-namespaces ${JSON.stringify(value)}: this is neither the name of a namespace nor a file; write NAME, NAME:key=value, or a file of namespaces`);
    } else {
      reader.readFile(value, await readNamedText({ option: '--assume-namespaces', file: value, paths }, io), 'namespaces');
    }
  }
  const standard = join(folder, DEFAULT_CONFIG);
  const file = config ?? (existsSync(standard) && version?.hasNoConfig !== true ? standard : undefined);
  const option = config === undefined ? 'the configuration file' : '--config';
  if (file !== undefined) { reader.readFile(file, await readNamedText({ option, file, paths }, io), 'config'); }
  if (cni !== undefined) { reader.readCni(cni); }
  return reader;
}

class FactReader implements FactsRead {
  public readonly podCidrs: Cidr[] = [];
  public readonly values: string[] = [];
  public plugin: NetworkPlugin | undefined;
  public render: string | undefined;
  public lint: LintConfig = NO_LINT_CONFIG;
  public readonly findings: Finding[] = [];
  public readonly files: string[] = [];
  public readonly contents = new Map<string, string>();
  private readonly byName = new Map<string, StatedNamespace>();

  /** `rename`: how messages name a file. Default: by its path. */
  constructor(private readonly rename: (file: string) => string = file => file) {}

  public get namespaces(): readonly StatedNamespace[] { return [...this.byName.values()]; }

  /** Reads `NAME` or `NAME:key=value,key=value`. */
  public readValue(name: string, text: string | undefined): void {
    const labels: Record<string, string> = {};
    const place = { file: `--assume-namespaces ${name}${text === undefined ? '' : `:${text}`}` };
    for (const label of text === undefined ? [] : text.split(',')) {
      const [key, value] = split(label, '=');
      const errors = value === undefined ? ['write it as key=value'] : [...labelKeyErrors(key), ...labelValueErrors(value)];
      if (value !== undefined && Object.hasOwn(labels, key)) { errors.push('this key is given twice; remove one of the two'); }
      if (value !== undefined) { errors.push(...nameLabelErrors(name, key, value)); }
      for (const message of errors) { this.findings.push(finding('NP041', place, `label '${label}': ${message}`)); }
      labels[key] = value ?? '';
    }
    this.add({ name, labels, place });
  }

  /** Reads a value of `--pod-cidr`. */
  public readPodCidr(text: string): void {
    const block = parseCidr(text);
    if (typeof block !== 'string') {
      this.podCidrs.push(block);
    } else {
      this.findings.push(finding('NP041', { file: `--pod-cidr ${text}` }, `'${text}' ${block}`, { fix: cidrFix(text) ?? CIDR_FIX }));
    }
  }

  /** Reads a value of `--cni`, which counts more than that of the configuration file. */
  public readCni(text: string): void {
    const plugin = readNetworkPlugin(text);
    if (typeof plugin !== 'string') { this.plugin = plugin; } else { this.findings.push(finding('NP041', { file: `--cni ${text}` }, plugin)); }
  }

  /** Reads a file: a configuration, or namespaces. */
  public readFile(file: string, content: Buffer, kind: 'config' | 'namespaces'): void {
    if (existsSync(file)) { this.files.push(realpathSync(file)); }
    this.contents.set(file, content.toString('latin1'));
    const { documents, findings } = readDocuments(this.rename(file), content, file.toLowerCase().endsWith('.json') ? 'json' : 'yaml');
    this.findings.push(...findings);
    for (const { value, origin } of documents) {
      const errors = new FieldErrors();
      if (kind === 'config') {
        this.readConfig(value, origin, errors);
      } else {
        this.readNamespaces(value, origin, errors);
      }
      this.findings.push(...fieldFindings(errors.errors, origin, { code: 'NP041' }));
    }
  }

  private readConfig(value: unknown, origin: Origin, errors: FieldErrors): void {
    const fields = errors.object(value, [], ['namespaces', 'podCidrs', 'cni', 'render', 'values', 'lint']);
    this.readList(errors.list(fields?.namespaces, ['namespaces']), ['namespaces'], origin, errors);
    this.render = errors.text(fields?.render, ['render']) || undefined;
    if (this.render !== undefined && !RENDER_CHOICES.includes(this.render)) {
      errors.add('FieldValueNotSupported', ['render'], `'${this.render}' is not a way to render`, { fix: `write one of ${RENDER_CHOICES.join(', ')}` });
    }
    const cni = errors.text(fields?.cni, ['cni']) || undefined;
    const plugin = cni === undefined ? undefined : readNetworkPlugin(cni);
    if (typeof plugin === 'string') { errors.add('FieldValueNotSupported', ['cni'], plugin); } else { this.plugin = plugin; }
    this.lint = readLintConfig(fields?.lint, ['lint'], origin, errors);
    this.values.push(...errors.list(fields?.values, ['values']).flatMap((item, i) => errors.text(item, ['values', i]) ?? []));
    errors.list(fields?.podCidrs, ['podCidrs']).forEach((item, i) => {
      const text = errors.text(item, ['podCidrs', i]);
      if (text === undefined) { return; }
      const block = parseCidr(text);
      if (typeof block !== 'string') {
        this.podCidrs.push(block);
      } else {
        errors.add('FieldValueInvalid', ['podCidrs', i], `'${text}' ${block}`, { fix: cidrFix(text) ?? CIDR_FIX });
      }
    });
  }

  /** Reads a list of namespaces, a Namespace object, or a List of such objects. */
  private readNamespaces(value: unknown, origin: Origin, errors: FieldErrors): void {
    if (isAbsent(value)) { return; }
    if (Array.isArray(value)) {
      this.readList(value, [], origin, errors);
    } else if (isObject(value) && Array.isArray(value.items)) {
      this.readList(value.items, ['items'], origin, errors);
    } else if (isObject(value) && isNamespaceObject(value)) {
      this.readNamespace(value, [], origin, errors);
    } else {
      errors.add('WrongType', [], 'there are no namespaces here', { fix: 'write a list of names, a list of { name: …, labels: … }, or Namespace objects' });
    }
  }

  private readList(items: readonly unknown[], path: Path, origin: Origin, errors: FieldErrors): void {
    items.forEach((item, i) => this.readNamespace(item, [...path, i], origin, errors));
  }

  /** Reads a name, `{ name, labels }`, or a Namespace object. */
  private readNamespace(item: unknown, path: Path, origin: Origin, errors: FieldErrors): void {
    const before = errors.errors.length;
    const isApiObject = isObject(item) && isNamespaceObject(item);
    const own = isApiObject ? [...path, 'metadata'] : path;
    const fields = typeof item === 'string' ? { name: item }
      : isApiObject ? isObject(item.metadata) ? item.metadata : {}
        : errors.object(item, path, ['name', 'labels']);
    if (fields === undefined) { return; }
    const namePath = typeof item === 'string' ? path : [...own, 'name'];
    const name = errors.text(fields.name, namePath);
    if (name === '') { errors.add('FieldValueRequired', namePath, 'a namespace needs a name', { fix: 'write { name: shop, labels: { team: a } }' }); }
    for (const message of name ? dnsLabelErrors(name) : []) { errors.add('FieldValueInvalid', namePath, `'${name}': ${message}`); }
    const labels = errors.textMap(fields.labels, [...own, 'labels']);
    for (const [key, value] of Object.entries(labels)) {
      for (const message of [...labelKeyErrors(key), ...labelValueErrors(value), ...name === undefined ? [] : nameLabelErrors(name, key, value)]) {
        errors.add('FieldValueInvalid', [...own, 'labels'], `label '${key}': ${message}`, { place: [...own, 'labels', key] });
      }
    }
    if (name !== undefined && errors.errors.length === before) { this.add({ name, labels, place: origin.at(path) }); }
  }

  /** Adds a namespace. The same namespace may be stated twice, with the same labels. */
  private add(fact: StatedNamespace): void {
    const known = this.byName.get(fact.name);
    if (known !== undefined && !haveSameLabels(known.labels, fact.labels)) {
      this.findings.push(finding('NP041', fact.place, `namespace '${fact.name}' is stated twice with different labels`, {
        related: [{ message: 'it is first stated here', place: known.place }], fix: 'remove one of the two',
      }));
      return;
    }
    this.byName.set(fact.name, fact);
  }
}

/** Kubernetes sets this label of every namespace, and nobody can change it. */
function nameLabelErrors(name: string, key: string, value: string): string[] {
  return key === NAMESPACE_NAME_LABEL && value !== name ? [`Kubernetes sets this label to '${name}'; remove it`] : [];
}

/** A file name has a dot or a slash, which the name of a namespace does not have. */
function isName(text: string): boolean {
  return dnsLabelErrors(text).length === 0;
}

/** A text before and after the first separator. */
function split(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isNamespaceObject({ kind, metadata }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'Namespace' && metadata !== undefined;
}
