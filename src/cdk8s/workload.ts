import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { manifestOf, objectsIn } from './app-objects';
import { constructThat, Shape } from './call-arguments';
import { callError } from './call-error';
import { clusterOf } from './cluster-boundaries';
import { memoizeWhileRendering } from './synth-run';
import { lastingLabels } from '../k8s/lasting-labels';
import { ApiResource, CDK8S_ADDRESS_LABEL, DEFAULT_NAMESPACE, isObject, Labels, LabelSelector, selectorOf } from '../k8s/objects';
import { Selector } from '../k8s/selector';
import { isWorkloadKind, PodTemplate, podTemplateOf, stringMap, WORKLOAD_KINDS } from '../k8s/workloads';
import { objectsOf } from '../manifests/resources';

/** An argument that `readWorkload` reads. */
export const WORKLOAD: Shape = constructThat('a workload', `write a workload of cdk8s-plus, or the API object of a ${WORKLOAD_KINDS.slice(0, -1).join(', ')} or ${WORKLOAD_KINDS.at(-1)}`);

/** The API object of a workload: the construct itself, or its default child. Throws if there is none, or if its kind makes no pods. */
export function readWorkload(where: string, workload: IConstruct): ApiObject {
  const object = apiObjectOf(workload);
  const kinds = WORKLOAD_KINDS.join(', ');
  if (object === undefined) {
    throw callError(where, `${workload.node.path} has no API object as its default child`,
      `give a workload (${kinds}), or its API object to Tier.fromApiObject(...)`);
  }
  if (!isWorkloadKind(object.apiVersion, object.kind)) {
    throw callError(where, `${object.node.path} is a ${object.kind} of ${object.apiVersion}, which is not a kind of workload that netpol knows`,
      `give a workload (${kinds}), or the pods' labels: new Tier(scope, id, { labels: { app: '...' } })`);
  }
  return object;
}

/** The construct itself, or its default child. Not `ApiObject.of`, which throws an error that does not name the call. */
export function apiObjectOf(construct: IConstruct | undefined): ApiObject | undefined {
  return construct === undefined || ApiObject.isApiObject(construct) ? construct : apiObjectOf(construct.node.defaultChild);
}

/** Ids of constructs that stand for their parent: the default child of a construct (constructs 10, `Node.defaultChild`). */
const DEFAULT_IDS: readonly string[] = ['Resource', 'Default'];

/** The name of a workload as its author chose it: that of the API object, or if cdk8s generates it, the id of the construct. */
export function nameOfWorkload(workload: IConstruct, object: ApiObject): string {
  return object.name === object.chart.generateObjectName(object) ? namedConstruct(workload).node.id : object.name;
}

/** The construct that the program named: that of cdk8s-plus, and not the API object in it. */
export function namedConstruct(construct: IConstruct): IConstruct {
  const { scope, id } = construct.node;
  return scope !== undefined && DEFAULT_IDS.includes(id) ? namedConstruct(scope) : construct;
}

/** What a workload's manifest says about its pods. */
export function readPodTemplate(workload: ApiObject): PodTemplate {
  return podTemplateOf(manifestOf(workload))!;
}

/**
 * The labels that distinguish a workload's pods from others, and that they keep from release to release. The labels that a chart gives to each of
 * its objects do not count. A Pod has them (cdk8s 2.68.12, lib/api-object.js, constructor of `ApiObject`), a pod template does not.
 */
function ownLabels({ kind, chart }: ApiObject, labels: Labels): Labels {
  const common: Labels = kind === 'Pod' ? chart.labels : {};
  return Object.fromEntries(Object.entries(lastingLabels(labels)).filter(([key, value]) => common[key] !== value));
}

/** What a tier knows about a workload of its app. */
interface KnownWorkload {
  /** What writes it: its own API object, or a list. */
  readonly object: ApiObject;
  /** Equal for two declarations of one workload. */
  readonly key: string;
  /** Equal for the workloads of one namespace of one cluster. */
  readonly place: string;
  readonly template: PodTemplate;
  /** Its selector without the address label, or else the labels of its own that last. Undefined if it has neither. */
  readonly lasting?: { readonly selector: LabelSelector; readonly matches: Selector };
}

/**
 * The selector for the pods of a workload: that of its spec, or if it has none, those labels of its pods that last. The address label of
 * cdk8s-plus counts only if there is nothing else, or if the selector without it would also select the pods of another workload of the
 * namespace, or that of another workload these pods. Undefined if there is nothing to select by.
 */
export function selectorOfWorkload(object: ApiObject): LabelSelector | undefined {
  const own = knownWorkload(object, manifestOf(object));
  const address = own.template.labels[CDK8S_ADDRESS_LABEL];
  if (own.lasting !== undefined && (address === undefined || !isShared(own, workloadsOf(object.node.root)))) { return own.lasting.selector; }
  return address === undefined ? undefined : { matchLabels: { [CDK8S_ADDRESS_LABEL]: address } };
}

/** The API objects of the workloads in an object's cluster and namespace whose pods have these labels. */
export function workloadsWith(object: ApiObject, labels: Labels): readonly ApiObject[] {
  const place = placeOf(object, object.metadata.namespace);
  const selector = Selector.labels(labels);
  return workloadsOf(object.node.root).filter(one => one.place === place && !one.object.kind.endsWith('List') && selector.matches(one.template.labels)).map(one => one.object);
}

/** True if the pods of this workload and those of another one are alike, except for their addresses. No policy selects pods on the host's network. */
function isShared(own: KnownWorkload, all: readonly KnownWorkload[]): boolean {
  return all.some(other => other.place === own.place && other.key !== own.key && !other.template.hostNetwork
    && (own.lasting?.matches.matches(other.template.labels) === true || other.lasting?.matches.matches(own.template.labels) === true));
}

const WORKLOADS = {};

/** The workloads of an app, those in lists among them. */
function workloadsOf(root: IConstruct): readonly KnownWorkload[] {
  return memoizeWhileRendering(root, WORKLOADS, () =>
    objectsIn(root).filter(({ apiVersion, kind }) => isWorkloadKind(apiVersion, kind) || kind.endsWith('List')).flatMap(workloadsIn));
}

/** The workload that an object is, or those of a list. None if it cannot be rendered: cdk8s reports that. */
function workloadsIn(object: ApiObject): KnownWorkload[] {
  try {
    return objectsOf(manifestOf(object), { at: () => ({}) }, true).resources
      .filter(({ object: { apiVersion, kind } }) => isWorkloadKind(apiVersion, kind)).map(resource => knownWorkload(object, resource.object));
  } catch {
    return [];
  }
}

/** @param object what writes the workload: its own API object, or a list */
function knownWorkload(object: ApiObject, manifest: ApiResource): KnownWorkload {
  const template = podTemplateOf(manifest)!;
  const { matchLabels, matchExpressions } = template.selector ?? {};
  const { namespace, name } = isObject(manifest.metadata) ? manifest.metadata : {} as Record<string, unknown>;
  const ofSpec = selectorOf(withoutAddress(stringMap(matchLabels)), matchExpressions ?? []);
  const selector = Object.keys(ofSpec).length > 0 ? ofSpec : selectorOf(ownLabels(object, template.labels), []);
  return {
    object,
    key: JSON.stringify([manifest.kind, name]),
    place: placeOf(object, namespace),
    template,
    lasting: Object.keys(selector).length > 0 ? { selector, matches: Selector.from(selector) } : undefined,
  };
}

function placeOf(object: ApiObject, namespace: unknown = DEFAULT_NAMESPACE): string {
  return JSON.stringify([clusterOf(object) ?? null, namespace]);
}

function withoutAddress({ [CDK8S_ADDRESS_LABEL]: _, ...others }: Labels): Labels {
  return others;
}
