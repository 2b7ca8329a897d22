import { dnsLabelErrors, labelKeyErrors, labelValueErrors } from '../k8s/names';
import { Labels } from '../k8s/objects';
import { Requirement, Selector } from '../k8s/selector';

/** Every pod that could exist in some namespaces and that a selector matches, as a text names it. */
export interface PodsText {
  readonly text: string;
  /** The names of the namespaces, each once. */
  readonly namespaces: readonly string[];
  readonly pods: Selector;
  /** Labels that a namespace has besides its name, if the input does not declare it. */
  readonly namespaceLabels?: Labels;
}

/** The key by which a text names namespaces. */
const NAMESPACE_KEY = 'ns';

const FORM = "write a selector as 'ns=shop,app=web'";

/**
 * Reads `ns=shop,app=web`: `ns=NAME` or `ns in (a,b)`, and requirements as `kubectl --selector` takes them (`app=web`, `app!=web`, `app in (a,b)`,
 * `app notin (a,b)`, `app`, `!app`). Returns a sentence that says what is wrong, and undefined if the text is no selector.
 */
export function readPodsText(text: string): PodsText | string | undefined {
  if (!/[=!(]/.test(text)) { return undefined; }
  const requirements: Requirement[] = [];
  let namespaces: readonly string[] | undefined;
  for (const part of partsOf(text)) {
    const read = requirementOf(part.trim());
    if (typeof read === 'string') { return `'${text}': ${read}; ${FORM}`; }
    if (read.key !== NAMESPACE_KEY) { requirements.push(read); continue; }
    if (read.operator !== 'In') { return `'${text}' says which namespaces are not meant: name those that are, as in 'ns=shop' or 'ns in (a,b)'`; }
    if (namespaces !== undefined) { return `'${text}' names its namespaces twice: write 'ns in (a,b)'`; }
    namespaces = read.values;
  }
  if (namespaces === undefined) { return `'${text}' does not say which namespace is meant: write 'ns=NAME,${text}'`; }
  for (const name of namespaces) {
    const [error] = dnsLabelErrors(name);
    if (error !== undefined) { return `'${text}': '${name}' is not the name of a namespace: ${error}`; }
  }
  return { text, namespaces, pods: Selector.of(requirements) };
}

/** The parts between commas that are not in brackets. */
function partsOf(text: string): string[] {
  return text.match(/(?:\([^)]*\)?|[^,(])+|(?<=^|,)(?=,|$)/g)!;
}

const LIST = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUAL = /^([^=!\s]+)\s*(!=|==|=)\s*([^=!\s]*)$/;
const PRESENCE = /^(!?)\s*([^=!()\s]+)$/;

function requirementOf(part: string): Requirement | string {
  const list = LIST.exec(part);
  const equal = EQUAL.exec(part);
  const presence = PRESENCE.exec(part);
  const requirement: Requirement | undefined = list !== null ? { key: list[1], operator: list[2] === 'in' ? 'In' : 'NotIn', values: [...new Set(list[3].split(',').map(one => one.trim()))].sort() }
    : equal !== null ? { key: equal[1], operator: equal[2] === '!=' ? 'NotIn' : 'In', values: [equal[3]] }
      : presence !== null ? { key: presence[2], operator: presence[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] } : undefined;
  if (requirement === undefined) { return `'${part}' is not a requirement of a selector`; }
  const [error] = [...labelKeyErrors(requirement.key), ...requirement.values.flatMap(value => [...labelValueErrors(value)])];
  return error === undefined ? requirement : `'${part}': ${error}`;
}
