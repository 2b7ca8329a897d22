import { finding, Finding, Origin } from '../../findings/finding';
import { countsForNetwork } from '../../k8s/network-kinds';
import { apiGroup, ApiResource } from '../../k8s/objects';
import { contentsOfCustom, CustomTemplate, holderOf } from '../../k8s/pod-makers';
import { Workload } from '../cluster';

/** An object of a custom kind that makes pods, or holds objects. */
interface CustomObject {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
}

/** The objects of one custom kind. */
interface OfOneKind {
  readonly group: string;
  readonly kind: string;
  readonly objects: CustomObject[];
}

/** What leads to the objects that an object holds, or stands for. */
interface Held {
  readonly command?: string;
  readonly verb: string;
  readonly besides?: undefined;
}

/** At most this many objects are named in one finding. */
const MAX_NAMES = 10;

/** Objects of custom kinds that make pods, and those that hold other objects. None of them is silent: each kind has one line. */
export class CustomKinds {
  private readonly withLabels = new Map<string, OfOneKind>();
  private readonly withoutLabels = new Map<string, OfOneKind>();
  private readonly notDescribed = new Map<string, OfOneKind & { readonly besides?: string }>();
  private readonly held = new Map<string, OfOneKind & Held>();

  /** The pod templates of an object. Empty if it is of another kind, or does not describe its pods. */
  public read(object: ApiResource, identity: { readonly namespace: string; readonly name: string }, origin: Origin): readonly CustomTemplate[] {
    const one = { ...identity, kind: String(object.kind), origin };
    const group = apiGroup(String(object.apiVersion));
    const holder = holderOf(object, identity.name);
    if (holder !== undefined) {
      add(this.held, group, one, { ...holder, verb: 'stands for' });
      return [];
    }
    const { templates, makesOthers, besides, held } = contentsOfCustom(object, identity.name);
    if (held.some(countsForNetwork)) { add(this.held, group, one, { verb: 'holds' }); }
    if (makesOthers) { add(this.notDescribed, group, one, { besides }); }
    if (templates.length > 0) { add(templates.every(({ areLabelsKnown }) => areLabelsKnown) ? this.withLabels : this.withoutLabels, group, one, {}); }
    return templates;
  }

  /** What netpol says about these objects, and the namespaces of those whose pods it does not know. The pods of an object may be in the input. */
  public finish(workloads: readonly Workload[]): { openNamespaces: ReadonlySet<string>; findings: readonly Finding[] } {
    const running = new Set(workloads.filter(({ pods }) => pods[0].name !== undefined).map(keyOf));
    const openNamespaces = new Set<string>();
    const findings: Finding[] = [];
    for (const { group, kind, objects: missing, besides } of withoutPods(this.notDescribed, running)) {
      for (const { namespace } of missing) { openNamespaces.add(namespace); }
      const pods = besides === undefined ? 'makes pods that it does not describe' : `makes pods that it does not describe (${besides})`;
      const absent = besides === undefined ? 'its pods are' : 'these are';
      findings.push(finding('NP303', missing[0].origin.at(), `${kind} of ${group} ${pods}, so ${absent} not in the answers: ${names(missing)}`, {
        fix: 'add the pods to the input',
      }));
    }
    for (const { group, kind, objects } of withoutPods(this.withLabels, running)) {
      findings.push(finding('NP313', objects[0].origin.at(), `netpol reads the pods of ${kind} of ${group} from the pod templates in it: ${names(objects)}`));
    }
    for (const { group, kind, objects } of withoutPods(this.withoutLabels, running)) {
      findings.push(finding(
        'NP313', objects[0].origin.at(), `netpol reads the pods of ${kind} of ${group} from the pod templates in it, and does not know which labels its controller adds: ${names(objects)}`,
        { severity: 'warning', fix: 'add the pods to the input' },
      ));
    }
    for (const { group, kind, objects, command, verb } of this.held.values()) {
      findings.push(finding('NP314', objects[0].origin.at(), `${kind} of ${group} ${verb} objects that are not in the answers: ${names(objects)}`, {
        fix: command === undefined ? 'add them to the input' : `add them to the input: ${command}`,
      }));
    }
    return { openNamespaces, findings };
  }
}

/** The kinds with objects whose pods the input does not have, and only those objects. */
function withoutPods<Kind extends OfOneKind>(kinds: ReadonlyMap<string, Kind>, running: ReadonlySet<string>): Kind[] {
  return [...kinds.values()]
    .map(one => ({ ...one, objects: one.objects.filter(object => !running.has(keyOf(object))) }))
    .filter(({ objects }) => objects.length > 0);
}

function keyOf({ namespace, kind, name }: Pick<CustomObject, 'namespace' | 'kind' | 'name'>): string {
  return JSON.stringify([namespace, kind, name]);
}

/** Objects of one kind have one line, unless they make different pods that they do not describe. */
function add<More extends { readonly besides?: string }>(to: Map<string, OfOneKind & More>, group: string, one: CustomObject, more: More): void {
  const key = JSON.stringify([group, one.kind, more.besides]);
  const entry = to.get(key);
  if (entry === undefined) { to.set(key, { group, kind: one.kind, objects: [one], ...more }); } else { entry.objects.push(one); }
}

/** `app/kafka, app/other` */
function names(objects: readonly CustomObject[]): string {
  const distinct = [...new Set(objects.map(({ namespace, name }) => `${namespace}/${name}`))];
  const shown = distinct.slice(0, MAX_NAMES).join(', ');
  return distinct.length > MAX_NAMES ? `${shown} and ${distinct.length - MAX_NAMES} more` : shown;
}
