import { Io, printFindings } from './io';
import { PartyLookup } from './question';
import { Reachability } from '../../evaluator/reachability';
import { Path } from '../../findings/finding';
import { portNameErrors } from '../../k8s/names';
import { isObject, PROTOCOLS } from '../../k8s/objects';
import { readDocuments } from '../../manifests/read-text';
import { answerAsJson } from '../../query/flow';
import { Party } from '../../query/parties';
import { formatPortQuery, parsePortQuery, PortQuery } from '../../query/ports';
import { answerQuestion, QuestionAnswer } from '../../query/questions';
import { FieldErrors, isAbsent, fieldFindings } from '../../validation/field-errors';

/** A question of a batch, and its answer. */
export interface AnsweredProbe {
  readonly from: Party;
  readonly to: Party;
  readonly port?: PortQuery;
  readonly answer: QuestionAnswer;
}

/** A file of probes. */
export interface ProbeFile {
  readonly file: string;
  readonly content: Buffer;
  /** Assume nothing. */
  readonly strict?: boolean;
}

/**
 * Answers the probes of a JSON text, in their order.
 * @throws BadInputError if a probe is wrong, after printing the findings of all probes
 */
export function answerProbes(reach: Reachability, { file, content, strict }: ProbeFile, io: Io): AnsweredProbe[] {
  const { documents, findings } = readDocuments(file, content, 'json');
  printFindings(findings, io);
  const [{ value, origin }] = documents;
  const errors = new FieldErrors();
  const parties = PartyLookup.of(reach, endpointsIn(value), strict);
  const reader = new ProbeReader(errors, parties);
  if (!Array.isArray(value)) {
    errors.add('WrongType', [], 'must be a list of probes', { fix: 'write [{"from": "app/a", "to": "app/b", "port": 80}, …]' });
  }
  const probes = Array.isArray(value) ? value.map((probe, i) => reader.read(probe, [i])) : [];
  const report = () => printFindings(fieldFindings(errors.errors, origin, { code: 'NP040' }).map(p => ({ ...p, message: p.message.replace(/^\[/, 'probe [') })), io);
  report();
  const answers = probes.map((probe, i) => {
    const answer = answerQuestion(parties.reach, { ...probe!, strict });
    if (typeof answer === 'string') { errors.add('FieldValueInvalid', [i], answer); }
    return { ...probe!, answer: answer as QuestionAnswer };
  });
  report();
  return answers;
}

/** The texts of all endpoints, before anything is checked. */
function endpointsIn(probes: unknown): string[] {
  return (Array.isArray(probes) ? probes : []).flatMap(probe => isObject(probe) ? [probe.from, probe.to].filter(text => typeof text === 'string') : []);
}

/** The answers as JSON, one on each line. A field that is undecided is null, and `undecided` has the codes of the reasons then. */
export function answersJson(probes: readonly AnsweredProbe[]): string {
  const lines = probes.map(({ answer: { answer, egress, ingress, reasons, sideReasons } }) => {
    const fields = [`"allowed": ${answerAsJson(answer)}`, `"egress": ${answerAsJson(egress)}`, `"ingress": ${answerAsJson(ingress)}`];
    const codes = [...new Set([...reasons, ...sideReasons].map(({ code }) => code))].sort();
    if (codes.length > 0) { fields.push(`"undecided": [${codes.map(code => JSON.stringify(code)).join(', ')}]`); }
    return `{${fields.join(', ')}}`;
  });
  return `[${lines.join(',\n ')}]\n`;
}

/** The answers as text, one on each line. */
export function answersText(probes: readonly AnsweredProbe[]): string {
  const width = Math.max(...probes.map(({ answer: { answer } }) => answer.length), 'yes'.length);
  return probes.map(({ from, to, port, answer: { answer } }) =>
    `${answer.padEnd(width)}  ${from.name} → ${to.name}${port === undefined ? '' : ` (${formatPortQuery(port)})`}\n`).join('');
}

/** Reads probes and collects what is wrong with them. */
class ProbeReader {
  constructor(private readonly errors: FieldErrors, private readonly endpoints: PartyLookup) {}

  /** The probe; nothing if it is wrong. */
  public read(value: unknown, path: Path): { from: Party; to: Party; port?: PortQuery } | undefined {
    if (isAbsent(value)) {
      this.errors.add('WrongType', path, 'is empty', { fix: 'write {"from": "app/a", "to": "app/b", "port": 80}' });
      return undefined;
    }
    const fields = this.errors.object(value, path, ['from', 'to', 'protocol', 'port']);
    if (fields === undefined) { return undefined; }
    const from = this.endpoint(fields.from, [...path, 'from']);
    const to = this.endpoint(fields.to, [...path, 'to']);
    const port = this.port(fields.protocol, fields.port, path);
    return from && to && { from, to, port };
  }

  private endpoint(value: unknown, path: Path): Party | undefined {
    if (isAbsent(value)) {
      this.errors.add('FieldValueRequired', path, 'is missing', { fix: 'write namespace/name, svc/NAMESPACE/NAME, an IP address or a CIDR block' });
      return undefined;
    }
    const text = this.errors.text(value, path);
    const party = text === undefined ? undefined : this.endpoints.named(text);
    if (typeof party !== 'string') { return party; }
    this.errors.add('FieldValueInvalid', path, party);
    return undefined;
  }

  private port(protocol: unknown, port: unknown, path: Path): PortQuery | undefined {
    if (isAbsent(protocol) && isAbsent(port)) { return undefined; }
    const known = PROTOCOLS.find(name => name === (isAbsent(protocol) ? 'TCP' : String(protocol).toUpperCase()));
    if (known === undefined) {
      this.errors.add('FieldValueNotSupported', [...path, 'protocol'], `${JSON.stringify(protocol)} is not a protocol`, { fix: `write one of ${PROTOCOLS.join(', ')}` });
      return undefined;
    }
    if (isAbsent(port)) { return { protocol: known, first: 1, last: 65535 }; }
    const question = typeof port === 'number' || typeof port === 'string' ? parsePortQuery(`${known}/${port}`) : 'a port is a number or a name';
    if (typeof question !== 'string') { return question; }
    this.errors.add('FieldValueInvalid', [...path, 'port'], `${JSON.stringify(port)} is not a port`, { fix: portFix(port) });
    return undefined;
  }
}

function portFix(port: unknown): string {
  return typeof port === 'string' && /[a-z]/.test(port) ? `a name ${portNameErrors(port).join('; ')}` : 'write a number from 1 to 65535, or a name';
}
