import { finding, Finding, Origin } from '../../findings/finding';
import { apiGroup, ApiResource } from '../../k8s/objects';
import { commandForHeld, CustomPods, customPodsOf, CustomTemplate } from '../../k8s/pod-makers';
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

/** At most this many objects are named in one finding. */
const MAX_NAMES = 10;

/** Objects of custom kinds that make pods, and those that hold other objects. None of them is silent: each kind has one line. */
export class CustomKinds {
  private readonly readFrom = { known: new Map<string, OfOneKind>(), unknown: new Map<string, OfOneKind>() };
  private readonly withoutTemplate = new Map<string, OfOneKind>();
  private readonly held = new Map<string, OfOneKind & { readonly command: string }>();

  /** The pod templates of an object. Empty if it is of another kind, or does not describe its pods. */
  public read(object: ApiResource, identity: { readonly namespace: string; readonly name: string }, origin: Origin): readonly CustomTemplate[] {
    const one = { ...identity, kind: String(object.kind), origin };
    const group = apiGroup(String(object.apiVersion));
    const command = commandForHeld(object, identity.name);
    if (command !== undefined) {
      add(this.held, group, one, { command });
      return [];
    }
    const pods = customPodsOf(object, identity.name);
    if (pods === undefined) { return []; }
    add(this.listFor(pods), group, one, {});
    return pods.templates;
  }

  /** What netpol says about these objects, and the namespaces of those whose pods it does not know. The pods of an object may be in the input. */
  public finish(workloads: readonly Workload[]): { openNamespaces: ReadonlySet<string>; findings: readonly Finding[] } {
    const running = new Set(workloads.filter(({ pods }) => pods[0].name !== undefined).map(keyOf));
    const openNamespaces = new Set<string>();
    const findings: Finding[] = [];
    for (const { group, kind, objects: missing } of withoutPods(this.withoutTemplate, running)) {
      for (const { namespace } of missing) { openNamespaces.add(namespace); }
      findings.push(finding('NP303', missing[0].origin.at(), `${kind} of ${group} makes pods that it does not describe, so its pods are not in the answers: ${names(missing)}`, {
        fix: 'add the pods to the input',
      }));
    }
    for (const { group, kind, objects } of withoutPods(this.readFrom.known, running)) {
      findings.push(finding('NP313', objects[0].origin.at(), `netpol reads the pods of ${kind} of ${group} from the pod templates in it: ${names(objects)}`));
    }
    for (const { group, kind, objects } of withoutPods(this.readFrom.unknown, running)) {
      findings.push(finding(
        'NP313', objects[0].origin.at(), `netpol does not know ${kind} of ${group}, and reads its pods from the pod templates in it, without the labels that its controller adds: ${names(objects)}`,
        { severity: 'warning', fix: 'add the pods to the input' },
      ));
    }
    for (const { group, kind, objects, command } of this.held.values()) {
      findings.push(finding('NP314', objects[0].origin.at(), `${kind} of ${group} stands for objects that are not in the answers: ${names(objects)}`, { fix: `add them to the input: ${command}` }));
    }
    return { openNamespaces, findings };
  }

  private listFor({ templates, isKnown }: CustomPods): Map<string, OfOneKind> {
    return templates.length === 0 ? this.withoutTemplate : isKnown ? this.readFrom.known : this.readFrom.unknown;
  }
}

/** The kinds with objects whose pods the input does not have, and only those objects. */
function withoutPods(kinds: ReadonlyMap<string, OfOneKind>, running: ReadonlySet<string>): OfOneKind[] {
  return [...kinds.values()]
    .map(one => ({ ...one, objects: one.objects.filter(object => !running.has(keyOf(object))) }))
    .filter(({ objects }) => objects.length > 0);
}

function keyOf({ namespace, kind, name }: Pick<CustomObject, 'namespace' | 'kind' | 'name'>): string {
  return JSON.stringify([namespace, kind, name]);
}

function add<More extends object>(to: Map<string, OfOneKind & More>, group: string, one: CustomObject, more: More): void {
  const key = `${group}/${one.kind}`;
  const entry = to.get(key);
  if (entry === undefined) { to.set(key, { group, kind: one.kind, objects: [one], ...more }); } else { entry.objects.push(one); }
}

/** `app/kafka, app/other` */
function names(objects: readonly CustomObject[]): string {
  const distinct = [...new Set(objects.map(({ namespace, name }) => `${namespace}/${name}`))];
  const shown = distinct.slice(0, MAX_NAMES).join(', ');
  return distinct.length > MAX_NAMES ? `${shown} and ${distinct.length - MAX_NAMES} more` : shown;
}
